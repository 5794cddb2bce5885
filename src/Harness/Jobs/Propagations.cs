using Harness.Prune;

namespace Harness.Cli.Jobs;

/// <summary>The words for <see cref="Propagation"/>.</summary>
internal static class Propagations
{
    private static readonly Dictionary<string, Propagation> Words = new(StringComparer.Ordinal)
    {
        ["sequential"] = Propagation.Sequential,
        ["dense"] = Propagation.Dense,
    };

    /// <summary>The known words.</summary>
    public static IReadOnlyCollection<string> Known => Words.Keys;

    public static Propagation Parse(string word) => Words.TryGetValue(word, out var value) ? value : throw Names.Unknown("propagation", word, Known);

    public static string Name(Propagation propagation) => Words.First(pair => pair.Value == propagation).Key;
}
