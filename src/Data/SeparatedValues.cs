using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Harness.Data;

/// <summary>
/// Reads comma- and tab-separated values (RFC 4180): the first record names the columns, a field in double quotes may hold separators, line ends and doubled
/// quotes, empty lines are skipped, a byte order mark too. All values are text.
/// </summary>
public static class SeparatedValues
{
    /// <summary>The records as UTF-8 JSON objects. A row's memory is overwritten by the next.</summary>
    /// <param name="separator">The byte between fields.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Rows(string path, byte separator)
    {
        using var records = new RecordReader(path, separator);
        var header = Header(path, records);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, JsonForm.Options);
        while (Next(path, records, header))
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            writer.WriteStartObject();
            for (var i = 0; i < header.Length; i++)
            {
                writer.WritePropertyName(header[i]);
                JsonForm.Text(writer, Field(path, records, header, i).Span);
            }

            writer.WriteEndObject();
            writer.Flush();
            yield return buffer.WrittenMemory;
        }
    }

    /// <summary>One column of the records, in UTF-8. A text's memory is overwritten by the next.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Column(string path, byte separator, string name)
    {
        using var records = new RecordReader(path, separator);
        var header = Header(path, records);
        var index = Array.IndexOf(header, name);
        if (index < 0)
        {
            throw new InputException($"{path} has no column '{name}'. Its columns: {string.Join(", ", header)}.");
        }

        while (Next(path, records, header))
        {
            yield return Field(path, records, header, index);
        }
    }

    private static string[] Header(string path, RecordReader records)
    {
        if (!records.Next())
        {
            throw new InputException($"{path} is empty; a first line with the names of the columns was expected.");
        }

        var names = Enumerable.Range(0, records.Count).Select(i => Encoding.UTF8.GetString(records.Field(i).Span)).ToArray();
        return names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new InputException($"{path}: the first line names column '{twice.Key}' twice. Rename one.")
            : names;
    }

    private static bool Next(string path, RecordReader records, string[] header)
    {
        if (!records.Next())
        {
            return false;
        }

        return records.Count == header.Length ? true : throw new InputException(
            $"{path} line {records.Line} has {records.Count} fields; the first line names {header.Length} columns. Fields that hold separators need double quotes.");
    }

    private static ReadOnlyMemory<byte> Field(string path, RecordReader records, string[] header, int index) => records.Field(index) is var field && Utf8.IsValid(field.Span)
        ? field
        : throw new InputException($"{path} line {records.Line}: column '{header[index]}' is not valid Unicode. Write the file in UTF-8.");
}
