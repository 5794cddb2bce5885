namespace Harness.Results;

/// <summary>A Markdown table, padded so that it also reads in a terminal: first column to the left, numbers to the right.</summary>
public sealed class MarkdownTable(params IEnumerable<string> headers)
{
    private readonly List<string[]> _rows = [Escaped(headers)];

    public void Add(params IEnumerable<string> cells) => _rows.Add(Escaped(cells));

    public override string ToString()
    {
        var widths = Enumerable.Range(0, _rows[0].Length).Select(column => Math.Max(3, _rows.Max(row => Width(row[column])))).ToArray();
        var rule = widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":");
        var lines = _rows.Select(row => Line(row.Select((cell, column) => Padded(cell, widths[column], column)))).ToList();
        lines.Insert(1, Line(rule));
        return string.Join('\n', lines);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Padded(string cell, int width, int column)
    {
        var padding = new string(' ', width - Width(cell));
        return column == 0 ? cell + padding : padding + cell;
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();

    private static string[] Escaped(IEnumerable<string> cells) => [.. cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|"))];
}
