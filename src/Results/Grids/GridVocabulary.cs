namespace Harness.Results;

/// <summary>
/// What a grid may name. The stages know their methods and tasks, this room does not: the runner hands the words in, so that a mistyped one is told
/// before any work starts.
/// </summary>
public sealed record GridVocabulary
{
    /// <summary>Pruning methods by name; <c>dense</c> is always known.</summary>
    public required IReadOnlyDictionary<string, MethodWords> Methods { get; init; }

    /// <summary>Recoveries by name; <c>none</c> is always known.</summary>
    public IReadOnlyDictionary<string, RecoveryWords> Recoveries { get; init; } = new Dictionary<string, RecoveryWords>();

    /// <summary>Texts to measure perplexity on.</summary>
    public required IReadOnlyCollection<string> Tasks { get; init; }

    /// <summary>Tasks of documents with choices.</summary>
    public IReadOnlyCollection<string> ChoiceTasks { get; init; } = [];

    /// <summary>Names that stand for several such tasks.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TaskGroups { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>How such tasks may be scored; the first where a grid does not say.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Corpora to calibrate on, beside the paths of files.</summary>
    public required IReadOnlyCollection<string> Corpora { get; init; }

    /// <summary>Rules that make calibration samples; the first, which a grid need not name, is the papers'.</summary>
    public IReadOnlyList<string> Preprocs { get; init; } = [];

    public required IReadOnlyCollection<string> Propagations { get; init; }

    public required IReadOnlyCollection<string> Dtypes { get; init; }
}

/// <summary>What may be said about one method.</summary>
/// <param name="Options">The options it knows.</param>
/// <param name="Refusal">The sentence that tells why this method with these options cannot prune to a sparsity, or null where it can.</param>
/// <param name="HasOwnSparsity">Whether its options say how much goes: such a method has one cell for a model, of sparsity <c>own</c>.</param>
public sealed record MethodWords(IReadOnlyCollection<string> Options, Func<Method, Sparsity, string?>? Refusal = null, bool HasOwnSparsity = false);

/// <summary>What may be said about one recovery.</summary>
/// <param name="Options">The options it knows.</param>
/// <param name="Refusal">The sentence that tells why these options cannot be run under, or null where they can.</param>
public sealed record RecoveryWords(IReadOnlyCollection<string> Options, Func<Recovery, string?>? Refusal = null);
