namespace Harness.Prune.Methods;

/// <summary>An option of a method or of every recipe: <c>--name</c> on the command line, a key in grids.</summary>
/// <param name="Value">What stands for its value in the help; null for one that is there or not.</param>
/// <param name="Description">One sentence with the default.</param>
/// <param name="IsFile">Its value is the path of a file, whose content numbers depend on.</param>
public sealed record MethodOption(string Name, string? Value, string Description, bool IsFile = false)
{
    /// <summary>Whether it is there or not.</summary>
    public bool IsFlag => Value is null;
}

/// <summary>A method as it is known by name: what it is called, what may be said about it, and how it is made from that.</summary>
/// <param name="Summary">What it prunes, in a few words.</param>
/// <param name="Make">Reads the options; what they cannot be is refused with a sentence.</param>
/// <param name="HasOwnSparsity">Whether the options say how much goes, so that no sparsity is asked for: <see cref="Sparsity.Own"/>.</param>
public sealed record MethodEntry(string Name, string Summary, IReadOnlyList<MethodOption> Options, Func<Settings, PruningMethod> Make, bool HasOwnSparsity = false);
