namespace Harness.Data.Hub;

/// <summary>What the readers of a named dataset read of its repository.</summary>
/// <param name="Name">As the command line calls it: <c>c4</c>.</param>
/// <param name="Repository"><c>ORG/NAME</c>.</param>
/// <param name="Files">Single files.</param>
/// <param name="Splits">Splits in Parquet, each in a folder.</param>
public sealed record DatasetSource(string Name, string Repository, IReadOnlyList<string> Files, IReadOnlyList<(string Folder, string Split)> Splits)
{
    /// <summary>The paths of those files in a repository.</summary>
    /// <param name="files">All that it has.</param>
    /// <param name="lacking">Splits that it has not.</param>
    /// <exception cref="InputException">It lacks a single file.</exception>
    public IReadOnlyList<string> Choose(IReadOnlyList<string> files, out IReadOnlyList<(string Folder, string Split)> lacking)
    {
        var found = Splits.Select(split => (Split: split, Files: SplitFiles.Of(files, split.Folder, split.Split))).ToArray();
        lacking = [.. found.Where(split => split.Files.Count == 0).Select(split => split.Split)];
        return Files.FirstOrDefault(file => !files.Contains(file)) is { } absent
            ? throw new InputException($"{Repository} has no file {absent}, which {Name} is read from.")
            : [.. Files, .. found.SelectMany(split => split.Files)];
    }
}
