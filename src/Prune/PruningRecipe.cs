using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;
using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>What the layers behind a pruned one are calibrated on.</summary>
public enum Propagation
{
    /// <summary>The outputs of the pruned layer: errors reach the statistics of the next (the papers' code).</summary>
    Sequential,

    /// <summary>The outputs of the dense layer (llmc's default).</summary>
    Dense,
}

/// <summary>How a model is to be pruned.</summary>
public sealed record PruningRecipe(PruningMethod Method, Sparsity Sparsity, Propagation Propagation = Propagation.Sequential)
{
    /// <summary>What may be said about every method, beside its own options.</summary>
    public static IReadOnlyList<KnownOption> Options { get; } =
    [
        TrueSequentialOption, SplitFusedOption, AllExpertsOption, ExpertTokensOption, .. LayerRatios.Options, .. LinearFilter.Options,
    ];

    private static KnownOption TrueSequentialOption => new(
        "true-sequential", null, "Within a block, calibrate each group of linears on what the pruned groups before it put out, not all on the dense block.");

    private static KnownOption SplitFusedOption => new(
        "split-fused", null, "Prune q, k and v (gate and up) of a fused matrix each by itself, as if they were matrices of their own.");

    private static KnownOption AllExpertsOption => new("calibrate-all-experts", null, "Calibrate every expert on all tokens, not on those alone that the router sends there.");

    private static KnownOption ExpertTokensOption => new("expert-tokens", "N", "Report experts to which fewer than N calibration tokens go (default: 128).");

    /// <summary>Whether the parts of a fused matrix are pruned each by itself.</summary>
    public bool SplitFused { get; init; }

    /// <summary>Whether every expert is calibrated on all tokens.</summary>
    public bool AllExperts { get; init; }

    /// <summary>Experts that fewer calibration tokens go to are reported.</summary>
    public int LeastExpertTokens { get; init; } = 128;

    /// <summary>Whether each group of linears of a block is calibrated behind the pruned ones before it.</summary>
    public bool TrueSequential { get; init; }

    /// <summary>Other ratios for some layers than <see cref="Sparsity"/>; null for the same everywhere.</summary>
    public LayerRatios? LayerRatios { get; init; }

    /// <summary>Which linears are pruned; the others stay as they are.</summary>
    public LinearFilter Filter { get; init; } = LinearFilter.All;

    /// <summary>Whether calibration tokens are looked at.</summary>
    public bool IsCalibrated => Method.Needs != StatisticKinds.None || LayerRatios is { IsCalibrated: true };

    /// <summary>Reads a method with all that was said about it, by name; see <see cref="PruningMethods"/> and <see cref="Options"/>.</summary>
    /// <param name="sparsity">Null where none was given.</param>
    public static PruningRecipe Read(string method, IReadOnlyDictionary<string, string> options, Sparsity? sparsity, Propagation propagation)
    {
        var general = new Settings("every method", options);
        var own = options.Where(option => !Options.Any(known => known.Name == option.Key)).ToDictionary();
        var made = PruningMethods.Named(method, own);
        var recipe = new PruningRecipe(made, SparsityOf(PruningMethods.Entry(method), sparsity), propagation)
        {
            TrueSequential = general.Flag(TrueSequentialOption.Name),
            SplitFused = general.Flag(SplitFusedOption.Name),
            AllExperts = general.Flag(AllExpertsOption.Name),
            LeastExpertTokens = general.Whole(ExpertTokensOption.Name, 128, 0),
            LayerRatios = LayerRatios.Read(general),
            Filter = LinearFilter.Read(general),
        };
        recipe.Check();
        return recipe;
    }

    /// <summary>The files among the options: name → path.</summary>
    public static IEnumerable<KeyValuePair<string, string>> FilesOf(string method, IReadOnlyDictionary<string, string> options) =>
        options.Where(given => PruningMethods.Entry(method).Options.Concat(Options).Any(option => option.Name == given.Key && option.IsFile) && File.Exists(given.Value));

    /// <summary>Refuses what cannot be done to this model, as far as that can be known without its weights.</summary>
    public void Check(CausalLM model)
    {
        Filter.Check(model);
        LayerRatios?.Check(model);
        (string Parameter, LinearLayout Linear)[] linears = [.. model.Linears.Where(linear => Filter.Selects(linear.Parameter))];
        Method.Check(model, linears);
        foreach (var (parameter, linear) in linears)
        {
            Mask.CheckWidth(parameter, linear.Columns, Sparsity);
        }
    }

    private static Sparsity SparsityOf(MethodEntry method, Sparsity? given) => (method.HasOwnSparsity, given) switch
    {
        (true, null or { IsOwn: true }) => Sparsity.Own,
        (true, _) => throw new InputException($"{method.Name} says by its own options how much goes. Leave the sparsity out."),
        (false, null or { IsOwn: true }) => throw new InputException($"{method.Name} needs a sparsity: a ratio between 0 and 1 (0.5 or 50%) or n:m (2:4)."),
        (false, { IsDense: true }) => throw new InputException("Sparsity 'dense' leaves nothing to prune. Give a ratio between 0 and 1 (0.5 or 50%) or n:m (2:4)."),
        (false, { } sparsity) => sparsity,
    };

    private void Check()
    {
        Method.Check(Sparsity);
        if (LayerRatios is not null && Sparsity.Ratio is null)
        {
            throw new InputException($"Ratios by layer need a sparsity that is a ratio, and '{Sparsity}' is none. Use 0.5 or the like, or leave layer-ratios out.");
        }

        if (SplitFused && Sparsity.IsOwn)
        {
            throw new InputException($"{Method.Name} says by its own options what goes of every matrix. Leave split-fused out.");
        }

        if (TrueSequential && Method.Needs == StatisticKinds.None)
        {
            throw new InputException($"{Method.Name} looks at no activations, so nothing can be calibrated in sequence. Leave true-sequential out.");
        }
    }
}
