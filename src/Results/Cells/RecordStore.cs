using System.Text.Json;

namespace Harness.Results;

/// <summary>The records of one grid: <c>cells/&lt;slug&gt;.json</c> and <c>timings/&lt;slug&gt;.json</c> under its folder. A file that exists is complete.</summary>
/// <param name="folder">The grid's folder, <c>results/&lt;name&gt;</c>; what is missing in it is made on the first save.</param>
public sealed class RecordStore(string folder)
{
    /// <summary>All records, in ordinal order of their file names.</summary>
    /// <exception cref="InputException">A file that is not a record.</exception>
    public IReadOnlyList<CellRecord> Load() => [.. Files("cells").Select(Read)];

    /// <summary>All timings, in ordinal order of their file names.</summary>
    /// <exception cref="InputException">A file that is not one.</exception>
    public IReadOnlyList<CellTimings> LoadTimings() => [.. Files("timings").Select(Parse<CellTimings>)];

    /// <summary>The cell's record whatever its key, or null where there is none.</summary>
    /// <exception cref="InputException">Its file cannot be read or holds another cell.</exception>
    public CellRecord? Find(Cell cell) => File.Exists(Place("cells", cell)) ? Read(Place("cells", cell)) : null;

    /// <summary>The cell's record under this key, or null where there is none or it is stale: then the cell must be run.</summary>
    /// <exception cref="InputException">Its file cannot be read or holds another cell.</exception>
    public CellRecord? Find(Cell cell, string key) => Find(cell) is { } record && record.Key == key ? record : null;

    /// <summary>Writes the timings, then the record: once it is there, the cell is done.</summary>
    public void Save(CellRecord record, IReadOnlyList<StageTime> stages)
    {
        Durable.WriteText(Place("timings", record.Cell), RecordJson.Write(new CellTimings(record.Cell, record.Key, stages)));
        Durable.WriteText(Place("cells", record.Cell), RecordJson.Write(record));
    }

    /// <summary>The record in a file of its own, wherever it lies.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static CellRecord ReadFile(string path) => File.Exists(path) ? Read(path) : throw new InputException($"{path} cannot be read: there is no such file.");

    private string Place(string kind, Cell cell) => Path.Combine(folder, kind, $"{cell.Slug()}.json");

    private IEnumerable<string> Files(string kind)
    {
        var place = Path.Combine(folder, kind);
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*.json").Order(StringComparer.Ordinal) : [];
    }

    private static CellRecord Read(string path)
    {
        var record = Parse<CellRecord>(path);
        return record.Cell.Slug() == Path.GetFileNameWithoutExtension(path)
            ? record
            : throw new InputException($"{path} holds the record of {record.Cell}, which belongs in {record.Cell.Slug()}.json. Rename or delete it.");
    }

    private static T Parse<T>(string path)
    {
        try
        {
            return RecordJson.Read<T>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or InputException or ArgumentException)
        {
            throw new InputException($"{path} cannot be read as what a run writes there. Delete it and the cell is run again.", e);
        }
    }
}
