namespace Harness.Prune.Methods;

/// <summary>Every method by its name: a new one is a file beside this one and a line here.</summary>
public static class PruningMethods
{
    private static readonly IReadOnlyList<PruningMethod> All = [new Magnitude(), new SparseGpt(), new Wanda()];

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(method => method.Name)];

    /// <summary>The method of that name.</summary>
    /// <exception cref="InputException">There is none; names the nearest.</exception>
    public static PruningMethod Named(string name) => All.FirstOrDefault(method => method.Name == name) ?? throw Names.Unknown("method", name, Known);
}
