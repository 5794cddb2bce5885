using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Harness.Data;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Evaluations;

/// <summary>What a model said of every document: JSON lines, gzipped where the file's name ends in .gz (docs/json.md).</summary>
internal static class DocumentRecords
{
    /// <summary>The folder within the cache in which those of grids lie.</summary>
    public const string CacheKind = "documents";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The decided documents of some evaluations, one behind the other.</summary>
    public static IEnumerable<DocumentRecord> Of(IEnumerable<(EvaluationMaterial Material, EvaluationResult Result)> results) => results
        .Where(pair => pair.Material is ChoiceMaterial)
        .SelectMany(pair => ((ChoiceMaterial)pair.Material).Records(pair.Result));

    /// <summary>Where a grid keeps those of a cell.</summary>
    public static string PathOf(string cacheFolder, CellRecord cell) => Path.Combine(cacheFolder, CacheKind, $"{cell.Key}.jsonl.gz");

    /// <summary>Writes a file.</summary>
    public static void Write(string path, IEnumerable<DocumentRecord> records) => Durable.WriteFile(path, stream =>
    {
        using var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
        foreach (var record in records)
        {
            JsonSerializer.Serialize(packed ?? stream, record, Form);
            (packed ?? stream).WriteByte((byte)'\n');
        }
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InputException">It is no such file.</exception>
    public static IReadOnlyList<DocumentRecord> Read(string path)
    {
        var records = new List<DocumentRecord>();
        foreach (var line in DataFile.Rows(path))
        {
            try
            {
                records.Add(JsonSerializer.Deserialize<DocumentRecord>(line.Span, Form)!);
            }
            catch (JsonException e)
            {
                throw new InputException($"{path} row {records.Count + 1} is no record of a document. Write such a file with harness score --documents.", e);
            }
        }

        return records;
    }
}

/// <summary>What a model said of one document.</summary>
/// <param name="Task">Its task.</param>
/// <param name="Protocol">With the number of examples behind it, where there were any: <c>lmeval-v0@5</c>.</param>
/// <param name="Row">In the data file, counted from 0.</param>
/// <param name="Gold">The right answer, as the data call it.</param>
/// <param name="Pred">The likeliest choice.</param>
/// <param name="Requests">In the order of the choices.</param>
/// <param name="PredNorm">The likeliest per character, where the task has acc_norm.</param>
internal sealed record DocumentRecord(string Task, string Protocol, int Row, int Gold, int Pred, IReadOnlyList<RequestRecord> Requests, int? PredNorm = null);

/// <summary>How likely a model held one choice.</summary>
/// <param name="Ll">Log-likelihood of the continuation in nats.</param>
/// <param name="Greedy">Whether each of its tokens was the likeliest.</param>
internal sealed record RequestRecord(double Ll, bool Greedy);
