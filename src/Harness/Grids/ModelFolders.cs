using Harness.Data.Hub;

namespace Harness.Cli.Grids;

/// <summary>Finds the checkpoints that a grid names: folders given on the command line, else folders of that name under the model roots.</summary>
/// <param name="given">Checkpoint folders; where there are any, they are the grid's models.</param>
/// <param name="roots">Folders that hold checkpoint folders, from <c>HARNESS_MODELS</c>.</param>
public sealed class ModelFolders(IReadOnlyList<string> given, IReadOnlyList<string> roots)
{
    /// <summary>The folders in <c>HARNESS_MODELS</c>, separated by colons.</summary>
    public static IReadOnlyList<string> RootsOfEnvironment() =>
        Environment.GetEnvironmentVariable("HARNESS_MODELS")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Name and folder of every model of a grid, in order.</summary>
    /// <exception cref="InputException">A folder that does not exist, or no models at all.</exception>
    public IReadOnlyList<(string Name, string Folder)> Of(string grid, IReadOnlyList<string> named)
    {
        if (given.Count == 0 && named.Count == 0)
        {
            throw new InputException($"Grid '{grid}' names no models. Pass --models DIR[,DIR] with checkpoint folders.");
        }

        return given.Count > 0
            ? [.. given.Select(folder => (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), HubModels.Folder(folder, HubEnvironment.OfProcess())))]
            : [.. named.Select(name => (name, Find(name)))];
    }

    private string Find(string name) => roots.Select(root => Path.Combine(root, name)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "config.json")))
        ?? throw new InputException(
            $"Model '{name}' not found (looked in {(roots.Count == 0 ? "HARNESS_MODELS, which is not set" : string.Join(", ", roots))}). "
            + "Pass --models DIR with its folder, or set HARNESS_MODELS to the folder that holds it.");
}
