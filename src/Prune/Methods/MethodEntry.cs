namespace Harness.Prune.Methods;

/// <summary>A method as it is known by name: what it is called, what may be said about it, and how it is made from that.</summary>
/// <param name="Summary">What it prunes, in a few words.</param>
/// <param name="Make">Reads the options; what they cannot be is refused with a sentence.</param>
/// <param name="HasOwnSparsity">Whether the options say how much goes, so that no sparsity is asked for: <see cref="Sparsity.Own"/>.</param>
public sealed record MethodEntry(string Name, string Summary, IReadOnlyList<KnownOption> Options, Func<Settings, PruningMethod> Make, bool HasOwnSparsity = false);
