namespace Harness.Data;

/// <summary>Reads JSON lines, plain or gzipped, in file order: one object a line, empty lines skipped. Nothing but what is asked for is decoded.</summary>
public static class JsonLines
{
    /// <summary>Every line, checked to be one JSON object, in UTF-8. A line's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path)
    {
        using var lines = new LineReader(path);
        while (lines.Next(out var line))
        {
            if (!IsBlank(line.Span))
            {
                JsonRow.Check(Place(path, lines), line.Span);
                yield return line;
            }
        }
    }

    /// <summary>The text of one field of every line, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Field(string path, string name)
    {
        using var lines = new LineReader(path);
        var unescaped = Array.Empty<byte>();
        while (lines.Next(out var line))
        {
            if (!IsBlank(line.Span))
            {
                yield return JsonRow.Field(Place(path, lines), line, name, ref unescaped);
            }
        }
    }

    private static JsonPlace Place(string path, LineReader lines) => new(path, "line", lines.Number, "One object a line is expected.");

    private static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept(" \t\r"u8);
}
