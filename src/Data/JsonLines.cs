using System.Text.Json;
using System.Text.Unicode;

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
                Check(path, lines.Number, line.Span);
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
                yield return Field(path, lines.Number, line, name, ref unescaped);
            }
        }
    }

    private static ReadOnlyMemory<byte> Field(string path, int number, ReadOnlyMemory<byte> line, string name, ref byte[] unescaped)
    {
        ReadOnlyMemory<byte>? text = null;
        try
        {
            var reader = new Utf8JsonReader(line.Span);
            StartObject(ref reader);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var wanted = reader.ValueTextEquals(name);
                reader.Read();
                if (wanted)
                {
                    text = Text(path, number, line, name, ref reader, ref unescaped);
                }

                reader.Skip();
            }

            // throws where anything follows the object
            reader.Read();
        }
        catch (JsonException e)
        {
            throw NotAnObject(path, number, e);
        }

        return text ?? throw new InputException($"{path} line {number} has no field '{name}'. Every line must have it.");
    }

    private static ReadOnlyMemory<byte> Text(
        string path, int number, ReadOnlyMemory<byte> line, string name, ref Utf8JsonReader reader, ref byte[] unescaped)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new InputException($"{path} line {number}: field '{name}' is {Describe(reader.TokenType)}, not text.");
        }

        if (!reader.ValueIsEscaped)
        {
            return Utf8.IsValid(reader.ValueSpan)
                ? line.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length)
                : throw NotUnicode(path, number, name);
        }

        if (unescaped.Length < reader.ValueSpan.Length)
        {
            unescaped = new byte[reader.ValueSpan.Length * 2];
        }

        try
        {
            return unescaped.AsMemory(0, reader.CopyString(unescaped));
        }
        catch (InvalidOperationException)
        {
            throw NotUnicode(path, number, name);
        }
    }

    private static void Check(string path, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            StartObject(ref reader);
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw NotAnObject(path, number, e);
        }
    }

    private static void StartObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException(null, null, 0, 0);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept(" \t\r"u8);

    private static InputException NotAnObject(string path, int number, JsonException e) =>
        new($"{path} line {number} is not a JSON object: it goes wrong at byte {e.BytePositionInLine + 1}. One object a line is expected.", e);

    private static InputException NotUnicode(string path, int number, string name) =>
        new($"{path} line {number}: field '{name}' is not valid Unicode. Write the file in UTF-8.");

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Null => "null",
        JsonTokenType.Number => "a number",
        _ => "a boolean",
    };
}
