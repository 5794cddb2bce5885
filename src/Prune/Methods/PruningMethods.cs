namespace Harness.Prune.Methods;

/// <summary>Every method by its name: a new one is a file beside this one and a line here.</summary>
public static class PruningMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        Magnitude.Entry,
        SparseGpt.Entry,
        Wanda.Entry,
        .. Ablation.Entries,
        Ria.Entry,
        Ria.WithoutActivations,
        Admm.Entry,
        Gblm.Entry,
        PrunerZero.Entry,
        .. PrunerZeroAblation.Entries,
        GivenMasks.Entry,
        ThreeTier.Entry,
        BlockPruning.Entry,
        BlockPruning.WithTopK,
        HybridTiles.Entry,
        Progressive.Entry,
    ];

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(method => method.Name).Order(StringComparer.Ordinal)];

    /// <summary>What is known of the method of that name.</summary>
    /// <exception cref="InputException">There is none; names the nearest.</exception>
    public static MethodEntry Entry(string name) => All.FirstOrDefault(method => method.Name == name) ?? throw Names.Unknown("method", name, Known);

    /// <summary>The method of that name with its options.</summary>
    /// <exception cref="InputException">There is none, or an option is not its own or has a wrong value.</exception>
    public static PruningMethod Named(string name, IReadOnlyDictionary<string, string>? options = null)
    {
        var entry = Entry(name);
        foreach (var option in options?.Keys ?? [])
        {
            if (!entry.Options.Any(known => known.Name == option))
            {
                throw Misplaced(option, name);
            }
        }

        return entry.Make(new Settings(name, options ?? new Dictionary<string, string>()));
    }

    private static InputException Misplaced(string option, string name)
    {
        var others = All.Where(method => method.Options.Any(known => known.Name == option)).Select(method => method.Name).ToArray();
        return others.Length > 0
            ? new InputException($"{name} has no option {option}; it belongs to {string.Join(", ", others)}.")
            : Names.Unknown($"option of {name}", option, Entry(name).Options.Select(known => known.Name));
    }
}
