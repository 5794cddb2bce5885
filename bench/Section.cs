using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Results;

namespace Harness.Bench;

/// <summary>One table of the report.</summary>
/// <param name="Name">Its key in bench.json.</param>
/// <param name="Title">Above the table: what was measured, and on what.</param>
internal sealed record Section(string Name, string Title, params IReadOnlyList<string> Headers)
{
    private readonly List<Figure[]> _rows = [];

    /// <summary>Sentences below the table.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds a row: a label, then a figure for each further column.</summary>
    public void Add(params Figure[] row) => _rows.Add(row);

    /// <summary>Title, table and notes.</summary>
    public string ToMarkdown()
    {
        var table = new MarkdownTable(Headers);
        foreach (var row in _rows)
        {
            table.Add(row.Select(figure => figure.ToString()));
        }

        var lines = new List<string> { $"### {Title}", "" };
        if (_rows.Count > 0)
        {
            lines.AddRange([table.ToString(), ""]);
        }

        lines.AddRange(Notes.SelectMany(note => new[] { note, "" }));
        return string.Join('\n', lines);
    }

    /// <summary>An array with an object for each row, keyed by the headers.</summary>
    public JsonNode ToJson() => new JsonArray([.. _rows.Select(row => (JsonNode)new JsonObject(Headers.Zip(row, (header, figure) => KeyValuePair.Create<string, JsonNode?>(header, figure.ToJson()))))]);
}

/// <summary>A label, or a number with what it should be.</summary>
internal readonly record struct Figure
{
    private readonly string? _text;
    private readonly double _value;
    private readonly string _format;
    private readonly bool? _holds;

    private Figure(string? text, double value, string format, bool? holds) => (_text, _value, _format, _holds) = (text, value, format, holds);

    public static implicit operator Figure(string text) => new(text, 0, "", null);

    /// <summary>Nothing to measure.</summary>
    public static Figure None => "—";

    /// <summary>A number.</summary>
    /// <param name="atMost">The target: marked ✓ or ✗, never asserted.</param>
    public static Figure Of(double value, string format, double? atMost = null) => new(null, value, format, atMost is { } most ? value <= most : null);

    /// <summary>A number whose target is a least one.</summary>
    public static Figure AtLeast(double value, string format, double least) => new(null, value, format, value >= least);

    public override string ToString()
    {
        if (_text is not null)
        {
            return _text;
        }

        var number = _value.ToString(_format, CultureInfo.InvariantCulture);
        return _holds switch
        {
            null => number,
            true => $"{number} ✓",
            false => $"{number} ✗",
        };
    }

    internal JsonNode ToJson() => _text is not null ? JsonValue.Create(_text) : JsonValue.Create(_value);
}
