namespace Harness.Results;

/// <summary>The grids under a results folder: each a folder with a <c>grid.json</c>.</summary>
public static class GridCatalog
{
    /// <summary>Their names, in ordinal order.</summary>
    public static IReadOnlyList<string> Names(string results) =>
        !Directory.Exists(results) ? [] : [.. Directory.EnumerateDirectories(results)
            .Where(folder => File.Exists(Path.Combine(folder, "grid.json")))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads <c>&lt;results&gt;/&lt;name&gt;/grid.json</c>.</summary>
    /// <exception cref="InputException">No such grid, or one line for each thing that is wrong with it.</exception>
    public static Grid Load(string results, string name, GridVocabulary words)
    {
        var file = Path.Combine(results, name, "grid.json");
        var known = Names(results);
        return known.Count == 0 ? throw new InputException($"{results} holds no grid. Write {file}.")
            : known.Contains(name) ? Parse(File.ReadAllText(file), name, file, words)
            : throw Harness.Names.Unknown("grid", name, known);
    }

    /// <summary>Reads a grid's text; <paramref name="file"/> begins each line of the errors.</summary>
    /// <exception cref="InputException">One line for each thing that is wrong.</exception>
    public static Grid Parse(string json, string name, string file, GridVocabulary words)
    {
        var problems = new Problems(file);
        return problems.Read(json, root => new GridReader(words, problems).Read(root, name));
    }
}
