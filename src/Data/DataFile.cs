using Harness.Data.Parquet;

namespace Harness.Data;

/// <summary>A file of rows, whichever its format: Parquet by its name, else JSON lines, plain or gzipped.</summary>
public static class DataFile
{
    /// <summary>The name, a <c>.gz</c> aside, is that of a format that holds rows.</summary>
    public static bool HoldsRows(string path) => Extension(path) is ".parquet" or ".jsonl" or ".json" or ".ndjson";

    /// <summary>The rows in file order as UTF-8 JSON objects with their fields in file order. A row's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path) => Extension(path) switch
    {
        ".parquet" => ParquetRows(path),
        ".jsonl" or ".json" or ".ndjson" => JsonLines.Rows(path),
        var other => throw new InputException($"{path} ends in '{other}'; rows are read from .parquet, .jsonl and .json.gz files."),
    };

    /// <summary>One text column of the rows, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Texts(string path, string column = "text") =>
        Extension(path) == ".parquet" ? ParquetTexts(path, column) : JsonLines.Field(path, column);

    private static IEnumerable<ReadOnlyMemory<byte>> ParquetRows(string path)
    {
        using var file = ParquetFile.Open(path);
        foreach (var row in file.Rows())
        {
            yield return row;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ParquetTexts(string path, string column)
    {
        using var file = ParquetFile.Open(path);
        foreach (var text in file.ReadColumn<ReadOnlyMemory<byte>>(column))
        {
            yield return text;
        }
    }

    private static string Extension(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant();
    }
}
