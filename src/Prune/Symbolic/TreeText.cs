namespace Harness.Prune.Symbolic;

/// <summary>Trees as people give them: a file, JSON or a formula.</summary>
public static class TreeText
{
    /// <summary>Reads a tree.</summary>
    /// <param name="given">The path of a file with JSON or a formula, or the text itself.</param>
    /// <exception cref="InputException">It is none of these.</exception>
    public static Tree Read(string given)
    {
        if (File.Exists(given))
        {
            var text = Content(given).Trim();
            return text.StartsWith('{') ? TreeJson.Parse(text, given) : FormulaParser.Parse(text);
        }

        if (given.TrimStart().StartsWith('{'))
        {
            return TreeJson.Parse(given, "The tree given");
        }

        return given.Contains('/') || given.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? throw new InputException($"There is no file {given}. Give a tree as a JSON file, as JSON, or as a formula such as {Tree.Best}.")
            : FormulaParser.Parse(given);
    }

    private static string Content(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read as a tree: {e.Message.TrimEnd('.')}. Give a JSON file or a formula such as {Tree.Best}.", e);
        }
    }
}
