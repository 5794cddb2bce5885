namespace Harness.Cli.Grids;

/// <summary>The folder that grids lie in.</summary>
internal static class GridPlace
{
    /// <summary>The folder given, else <c>results</c> in the current folder or the nearest one above it.</summary>
    public static string Find(string? given)
    {
        if (given is not null)
        {
            return Directory.Exists(given) ? given : throw new InputException($"The results folder {given} does not exist. Pass --results DIR, a folder of grids.");
        }

        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var results = Path.Combine(folder.FullName, "results");
            if (Directory.Exists(results))
            {
                return Path.GetRelativePath(Directory.GetCurrentDirectory(), results);
            }
        }

        throw new InputException("There is no folder 'results' here or above. Run it inside the repository, or pass --results DIR.");
    }
}
