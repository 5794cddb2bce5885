using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Harness.Models;
using Harness.Prune.Masks;
using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>One recipe on its way through a model. A run without a recipe is the dense model, along for the ride.</summary>
/// <param name="recipe">Null: nothing is pruned.</param>
/// <param name="calibration">The first block's input; null where the method needs none. Runs may share one: each gets its own as soon as they differ.</param>
public sealed class PruningRun(PruningRecipe? recipe, HiddenStates? calibration) : IDisposable
{
    private readonly List<LinearReport> _linears = [];

    public PruningRecipe? Recipe { get; } = recipe;

    /// <summary>The next block's input, or null where the method needs none.</summary>
    public HiddenStates? Calibration { get; internal set; } = calibration;

    /// <summary>The share to prune of each layer, once it is known, where the recipe has such.</summary>
    public IReadOnlyList<double>? LayerRatios { get; private set; }

    /// <summary>Where its time went.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Every linear pruned so far, in order.</summary>
    public IReadOnlyList<LinearReport> Linears => _linears;

    /// <summary>Why the run ended early; null while all is well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether something that went wrong ends one run alone: what the input or the machine does not allow, but for a full disk.</summary>
    public static bool IsOfOneRun(Exception reason) => reason is ExternalException or (InputException and not FullDiskException);

    /// <summary>Ends the run early; the others go on.</summary>
    public void Fail(Exception reason) => Failure ??= reason;

    /// <summary>Takes up what an earlier process had recorded.</summary>
    public void Resume(IEnumerable<LinearReport> linears, HiddenStates? calibration, IReadOnlyList<double>? layerRatios)
    {
        _linears.AddRange(linears);
        Calibration = calibration;
        LayerRatios = layerRatios;
    }

    /// <summary>How much goes from a layer.</summary>
    internal Sparsity SparsityOf(int layer) => LayerRatios is null ? Recipe!.Sparsity : Sparsity.OfRatio(LayerRatios[layer]);

    internal void Settle(IReadOnlyList<double> layerRatios) => LayerRatios = layerRatios;

    internal void Record(IEnumerable<LinearReport> linears) => _linears.AddRange(linears);

    public void Dispose() => Calibration?.Dispose();
}

/// <summary>What became of one linear.</summary>
/// <param name="Parameter">Its weight in the checkpoint.</param>
/// <param name="Zeros">Exact zeros, those included that were there before.</param>
/// <param name="Damping">Where a Hessian needed more than was asked for; null elsewhere.</param>
/// <param name="Facts">Numbers that the method found, by name.</param>
public sealed record LinearReport(int Layer, string Parameter, long Elements, long Zeros, RaisedDamping? Damping, IReadOnlyDictionary<string, double> Facts)
{
    /// <summary>Calibration tokens that its input was measured on; null where none was needed.</summary>
    public long? Tokens { get; init; }

    /// <summary>What was decided for each tile, where the method knows such; not part of the record.</summary>
    [JsonIgnore]
    public TierMap? Tiers { get; init; }

    /// <summary>Zeros / elements.</summary>
    public double Sparsity => (double)Zeros / Elements;
}
