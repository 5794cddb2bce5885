using Harness.Models;
using Harness.Models.Decoders;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// A pruning method with its options: from one linear's weight and what is known of its input to the sparse weight. Pure tensor maths; the walk over the
/// layers is <see cref="PruningWalk"/>.
/// </summary>
public abstract class PruningMethod
{
    /// <summary>As on the command line and in grids.</summary>
    public abstract string Name { get; }

    /// <summary>Raised by hand whenever a change can move the method's numbers.</summary>
    public abstract int Version { get; }

    /// <summary>What must be known of the input.</summary>
    public abstract StatisticKinds Needs { get; }

    /// <summary>Refuses a sparsity that the method cannot reach.</summary>
    public virtual void Check(Sparsity sparsity)
    {
    }

    /// <summary>Refuses a model that the method's files do not fit.</summary>
    /// <param name="linears">Those that are to be pruned, by their weights in the checkpoint.</param>
    public virtual void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears)
    {
    }

    /// <summary>Files in the folder of the model that the result depends on, by the option that would name another.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> FilesIn(string modelFolder) => [];

    /// <summary>The sparse weight, a new tensor.</summary>
    public abstract PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity);
}

/// <summary>One linear as a method gets to see it.</summary>
/// <param name="Layer">The decoder layer, from 0.</param>
/// <param name="Linear">Its weight and names.</param>
/// <param name="Statistics">Of its input; null where the method's <see cref="PruningMethod.Needs"/> is nothing.</param>
public sealed record PrunableLinear(int Layer, Linear Linear, InputStatistics? Statistics)
{
    /// <summary>The folder of the checkpoint that it is from; null where there is none.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>[out, in].</summary>
    public Tensor W => Linear.Weight;

    /// <summary>Which rows of the checkpoint's matrix these are, where a fused one was taken apart: int64; null for all.</summary>
    public Tensor? Rows { get; init; }

    /// <summary>What the method asked for.</summary>
    public InputStatistics Input => Statistics ?? throw new InvalidOperationException($"{Linear.Parameter}: the method did not ask for statistics.");
}

/// <summary>A pruned weight and what is worth recording of how it came about.</summary>
/// <param name="Weight">[out, in], zeros where pruned.</param>
/// <param name="Damping">Where a Hessian needed more than was asked for.</param>
public sealed record PrunedWeight(Tensor Weight, RaisedDamping? Damping = null)
{
    /// <summary>Numbers that the method found for this linear, by name: <c>alpha</c>.</summary>
    public IReadOnlyDictionary<string, double> Facts { get; init; } = new Dictionary<string, double>();

    /// <summary>What was decided for each tile; null where the method knows none.</summary>
    public TierMap? Tiers { get; init; }
}

/// <summary>A Hessian that was not positive-definite at the damping asked for.</summary>
/// <param name="Damping">The share of the mean diagonal at which it was.</param>
/// <param name="Raises">How often it was raised tenfold.</param>
public sealed record RaisedDamping(double Damping, int Raises);
