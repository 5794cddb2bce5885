using System.Text.Unicode;
using Harness.Data.Parquet;

namespace Harness.Data;

/// <summary>A file of rows, whichever its format: Parquet by its name, else JSON lines, plain or gzipped.</summary>
public static class DataFile
{
    /// <summary>The name, a <c>.gz</c> aside, is that of a format that holds rows.</summary>
    public static bool HoldsRows(string path) => IsParquet(path) || IsJson(path);

    /// <summary>The rows in file order as UTF-8 JSON objects with their fields in file order. A row's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path) => Of(path, ParquetRows, JsonLines.Rows);

    /// <summary>One text column of the rows, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Texts(string path, string column = "text") =>
        Of(path, file => ParquetTexts(file, column), file => JsonLines.Field(file, column));

    private static T Of<T>(string path, Func<string, T> parquet, Func<string, T> json)
    {
        if (IsParquet(path))
        {
            return parquet(path);
        }

        return IsJson(path) ? json(path) : throw new InputException(
            $"{path} ends in '{Extension(path)}'; rows are read from .parquet, .jsonl and .json.gz files.");
    }

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
        var row = 0L;
        foreach (var text in file.ReadColumn<ReadOnlyMemory<byte>>(column))
        {
            row++;
            yield return Utf8.IsValid(text.Span) ? text : throw new InputException(
                $"{path}: column '{column}' is no text in UTF-8 in row {row}. Choose a column of text.");
        }
    }

    private static bool IsParquet(string path) => Extension(path) == ".parquet";

    private static bool IsJson(string path) => Extension(path) is ".jsonl" or ".json" or ".ndjson";

    private static string Extension(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant();
    }
}
