using System.Buffers;

namespace Harness.Data;

/// <summary>Reads a file that is one JSON list of objects, plain or gzipped, element by element: never more than one is in memory. Nothing but what is asked for is decoded.</summary>
public static class JsonList
{
    /// <summary>Whether the first thing in a file is a list.</summary>
    public static bool Is(string path)
    {
        using var elements = new ElementReader(path);
        return elements.IsList;
    }

    /// <summary>Every element, checked to be an object, in UTF-8, without the blanks between its parts: one line. An element's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path)
    {
        using var elements = new ElementReader(path);
        var row = new ArrayBufferWriter<byte>();
        while (elements.Next(out var element))
        {
            JsonRow.Check(Place(path, elements), element.Span);
            row.ResetWrittenCount();
            WriteWithoutBlanks(element.Span, row);
            yield return row.WrittenMemory;
        }
    }

    /// <summary>The text of one field of every element, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Field(string path, string name)
    {
        using var elements = new ElementReader(path);
        var unescaped = Array.Empty<byte>();
        while (elements.Next(out var element))
        {
            yield return JsonRow.Field(Place(path, elements), element, name, ref unescaped);
        }
    }

    private static void WriteWithoutBlanks(ReadOnlySpan<byte> element, ArrayBufferWriter<byte> row)
    {
        var (isText, isEscaped) = (false, false);
        foreach (var letter in element)
        {
            if (isText || letter is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                row.Write([letter]);
            }

            isText ^= letter == '"' && !isEscaped;
            isEscaped = isText && letter == '\\' && !isEscaped;
        }
    }

    private static JsonPlace Place(string path, ElementReader elements) => new(path, "element", elements.Number, "One list of objects is expected.");
}
