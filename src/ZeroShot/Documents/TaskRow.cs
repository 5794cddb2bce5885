using System.Text.Json;

namespace Harness.ZeroShot.Documents;

/// <summary>One row of a task's data; a column that is not as the task needs it is refused with a sentence.</summary>
/// <param name="Task">Who reads it.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Number">In the file, counted from 1.</param>
public readonly record struct TaskRow(string Task, string File, int Number, JsonElement Row)
{
    /// <summary>A text.</summary>
    public string Text(string column) => Column(column) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(column, "a text");

    /// <summary>A text that has more than white space, a choice.</summary>
    public string Choice(string column) => Filled(column, Text(column));

    /// <summary>A list of choices; <c>a.b</c> is the field b of the column a.</summary>
    public IReadOnlyList<string> Choices(string column)
    {
        if (Column(column) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0 || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            throw Wrong(column, "a list of texts");
        }

        var row = this;
        return [.. list.EnumerateArray().Select(item => row.Filled(column, item.GetString()!))];
    }

    /// <summary>The number of a choice, as a number or as a text.</summary>
    public int Label(string column, int choices) => Column(column) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var label) && label >= 0 && label < choices => label,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), out var label) && label >= 0 && label < choices => label,
        _ => throw Wrong(column, $"a label from 0 to {choices - 1}"),
    };

    /// <summary>The place of an answer's letter or number, A or 1 being the first.</summary>
    public int Letter(string column, int choices)
    {
        var key = PythonSpace.Strip(Text(column));
        var place = key.Length != 1 ? -1 : key[0] is >= '1' and <= '5' ? key[0] - '1' : key[0] - 'A';
        return place >= 0 && place < choices ? place : throw Wrong(column, $"a letter from A to {(char)('A' + choices - 1)}");
    }

    /// <summary>What stands in a column instead of what the task needs.</summary>
    public InputException Wrong(string column, string expected)
    {
        var raw = Column(column).GetRawText();
        return new InputException(
            $"{File} row {Number}: column '{column}' is {(raw.Length > 40 ? raw[..40] + "…" : raw)}; {Task} needs {expected}. Is it a split of {Task} with answers?");
    }

    private string Filled(string column, string choice) => PythonSpace.Strip(choice).Length > 0
        ? choice
        : throw new InputException($"{File} row {Number}: a choice in column '{column}' is empty; {Task} cannot score it. Remove the row.");

    private JsonElement Column(string path)
    {
        var value = Row;
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out var inner))
            {
                throw new InputException(
                    $"{File} row {Number} has no column '{path}', which {Task} reads. Its columns: {string.Join(", ", Row.EnumerateObject().Select(column => column.Name))}.");
            }

            value = inner;
        }

        return value;
    }
}
