namespace Harness.Results;

/// <summary>
/// The generated parts of a page written by hand: what stands between <c>&lt;!-- table: NAME --&gt;</c> and the next <c>&lt;!-- /table --&gt;</c>.
/// </summary>
public static class MarkdownBlock
{
    private const string Close = "<!-- /table -->";

    /// <summary>The names of a page's blocks, in order.</summary>
    public static IReadOnlyList<string> Names(string page) =>
        [.. page.Split('\n').Where(line => line.StartsWith("<!-- table: ", StringComparison.Ordinal) && line.EndsWith(" -->", StringComparison.Ordinal))
            .Select(line => line["<!-- table: ".Length..^" -->".Length])];

    /// <summary>The page with one block's text replaced; <paramref name="file"/> names it in errors.</summary>
    /// <exception cref="InputException">The page has no such block, or it is not closed.</exception>
    public static string Replace(string page, string name, string block, string file)
    {
        var open = $"<!-- table: {name} -->\n";
        var start = page.IndexOf(open, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InputException($"{file} has no block '{name}'. Write <!-- table: {name} --> and {Close} there, each on a line of its own.");
        }

        start += open.Length;
        var end = page.IndexOf(Close, start, StringComparison.Ordinal);
        if (end < 0 || page.IndexOf("<!-- table: ", start, StringComparison.Ordinal) is var next && next >= 0 && next < end)
        {
            throw new InputException($"{file} does not close the block '{name}'. Write {Close} on a line of its own below it.");
        }

        return $"{page[..start]}{block.TrimEnd('\n')}\n{page[end..]}";
    }

    /// <summary>Whether the file's block holds this very text.</summary>
    /// <exception cref="InputException">The page has no such block, or it is not closed.</exception>
    public static bool IsCurrent(string file, string name, string block) => File.ReadAllText(file) is var page && Replace(page, name, block, file) == page;

    /// <summary>Writes the block into the file; false where it was there already.</summary>
    /// <exception cref="InputException">The page has no such block, or it is not closed.</exception>
    public static bool Update(string file, string name, string block)
    {
        var page = File.ReadAllText(file);
        var updated = Replace(page, name, block, file);
        if (updated == page)
        {
            return false;
        }

        Durable.WriteText(file, updated);
        return true;
    }
}
