using System.Text.Json;
using System.Text.Unicode;

namespace Harness.Data;

/// <summary>One object of a file. Nothing but what is asked for is decoded.</summary>
internal static class JsonRow
{
    /// <summary>Refuses what is no single JSON object.</summary>
    public static void Check(JsonPlace place, ReadOnlySpan<byte> row)
    {
        try
        {
            var reader = new Utf8JsonReader(row);
            StartObject(ref reader);
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw NotAnObject(place, row, e);
        }
    }

    /// <summary>The text of a field in UTF-8: a part of the row, or of <paramref name="unescaped"/>, which grows as needed.</summary>
    public static ReadOnlyMemory<byte> Field(JsonPlace place, ReadOnlyMemory<byte> row, string name, ref byte[] unescaped)
    {
        ReadOnlyMemory<byte>? text = null;
        try
        {
            var reader = new Utf8JsonReader(row.Span);
            StartObject(ref reader);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var wanted = reader.ValueTextEquals(name);
                reader.Read();
                if (wanted)
                {
                    text = Text(place, row, name, ref reader, ref unescaped);
                }

                reader.Skip();
            }

            // throws where anything follows the object
            reader.Read();
        }
        catch (JsonException e)
        {
            throw NotAnObject(place, row.Span, e);
        }

        return text ?? throw new InputException($"{place} has no field '{name}'. Every {place.Unit} must have it.");
    }

    private static ReadOnlyMemory<byte> Text(JsonPlace place, ReadOnlyMemory<byte> row, string name, ref Utf8JsonReader reader, ref byte[] unescaped)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new InputException($"{place}: field '{name}' is {Describe(reader.TokenType)}, not text.");
        }

        if (!reader.ValueIsEscaped)
        {
            return Utf8.IsValid(reader.ValueSpan)
                ? row.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length)
                : throw NotUnicode(place, name);
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
            throw NotUnicode(place, name);
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

    private static InputException NotAnObject(JsonPlace place, ReadOnlySpan<byte> row, JsonException e) =>
        new($"{place} is not a JSON object: it goes wrong at byte {Offset(row, e) + 1}. {place.Form}", e);

    /// <summary>How many bytes stand before the place that an exception tells as line and byte in it.</summary>
    private static long Offset(ReadOnlySpan<byte> row, JsonException e)
    {
        var begin = 0;
        for (var line = 0; line < e.LineNumber; line++)
        {
            begin += row[begin..].IndexOf((byte)'\n') + 1;
        }

        return begin + e.BytePositionInLine ?? 0;
    }

    private static InputException NotUnicode(JsonPlace place, string name) =>
        new($"{place}: field '{name}' is not valid Unicode. Write the file in UTF-8.");

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Null => "null",
        JsonTokenType.Number => "a number",
        _ => "a boolean",
    };
}
