using System.Text.Unicode;
using Harness.Data.Arrow;
using Harness.Data.Parquet;

namespace Harness.Data;

/// <summary>
/// A file of rows, whichever its format. The name tells it: Parquet, Arrow, JSON lines and separated values, the latter two plain or gzipped; what is named
/// <c>.json</c> may also be one list of objects. A folder of <c>datasets.save_to_disk</c> is read as one file.
/// </summary>
public static class DataFile
{
    private const string Known = ".parquet, .arrow, .jsonl, .json, .csv and .tsv";

    private enum Format { None, Parquet, Arrow, JsonLines, Json, Csv, Tsv }

    /// <summary>The name, a <c>.gz</c> aside, is that of a format that holds rows, or the folder is a saved dataset.</summary>
    public static bool HoldsRows(string path) => FormatOf(path) != Format.None || SavedDataset.Is(path);

    /// <summary>The files behind a path: itself, or those of a saved dataset in order.</summary>
    public static IReadOnlyList<string> Files(string path) => SavedDataset.Is(path) ? SavedDataset.Files(path) : [path];

    /// <summary>The rows in file order as UTF-8 JSON objects with their fields in file order. A row's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path) => Files(path) is [var one] ? RowsOfFile(one) : Files(path).SelectMany(RowsOfFile);

    /// <summary>One text column of the rows, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Texts(string path, string column = "text") =>
        Files(path) is [var one] ? TextsOfFile(one, column) : Files(path).SelectMany(file => TextsOfFile(file, column));

    private static IEnumerable<ReadOnlyMemory<byte>> RowsOfFile(string path) => FormatOf(path) switch
    {
        Format.Parquet => Opened(() => ParquetFile.Open(path), file => file.Rows()),
        Format.Arrow => Opened(() => ArrowFile.Open(path), file => file.Rows()),
        Format.Json when JsonList.Is(path) => JsonList.Rows(path),
        Format.Json or Format.JsonLines => JsonLines.Rows(path),
        Format.Csv => SeparatedValues.Rows(path, (byte)','),
        Format.Tsv => SeparatedValues.Rows(path, (byte)'\t'),
        _ => throw Unknown(path),
    };

    private static IEnumerable<ReadOnlyMemory<byte>> TextsOfFile(string path, string column) => FormatOf(path) switch
    {
        Format.Parquet => Checked(path, column, Opened(() => ParquetFile.Open(path), file => file.ReadColumn<ReadOnlyMemory<byte>>(column))),
        Format.Arrow => Checked(path, column, Opened(() => ArrowFile.Open(path), file => file.ReadBytes(column))),
        Format.Json when JsonList.Is(path) => JsonList.Field(path, column),
        Format.Json or Format.JsonLines => JsonLines.Field(path, column),
        Format.Csv => SeparatedValues.Column(path, (byte)',', column),
        Format.Tsv => SeparatedValues.Column(path, (byte)'\t', column),
        _ => throw Unknown(path),
    };

    private static IEnumerable<ReadOnlyMemory<byte>> Opened<T>(Func<T> open, Func<T, IEnumerable<ReadOnlyMemory<byte>>> read)
        where T : IDisposable
    {
        using var file = open();
        foreach (var row in read(file))
        {
            yield return row;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Checked(string path, string column, IEnumerable<ReadOnlyMemory<byte>> texts)
    {
        var row = 0L;
        foreach (var text in texts)
        {
            row++;
            yield return Utf8.IsValid(text.Span) ? text : throw new InputException(
                $"{path}: column '{column}' is no text in UTF-8 in row {row}. Choose a column of text.");
        }
    }

    private static InputException Unknown(string path) => new(Directory.Exists(path)
        ? $"{path} is a folder that datasets.save_to_disk has not written; rows are read from such folders and from {Known} files."
        : $"{path} ends in '{Path.GetExtension(Bare(path))}'; rows are read from {Known} files, .jsonl, .json, .csv and .tsv also gzipped.");

    private static Format FormatOf(string path) => Path.GetExtension(Bare(path)).ToLowerInvariant() switch
    {
        ".parquet" => Format.Parquet,
        ".arrow" or ".feather" => Format.Arrow,
        ".jsonl" or ".ndjson" => Format.JsonLines,
        ".json" => Format.Json,
        ".csv" => Format.Csv,
        ".tsv" => Format.Tsv,
        _ => Format.None,
    };

    private static string Bare(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}
