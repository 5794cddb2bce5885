using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// A pruning method: from one linear's weight and what is known of its input to the sparse weight. Pure tensor maths; the walk over the layers is <see cref="PruningWalk"/>.
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

    /// <summary>The sparse weight, a new tensor. W: [out, in]; <paramref name="statistics"/> of its input where <see cref="Needs"/> asks for some.</summary>
    public abstract PrunedWeight Prune(Tensor W, InputStatistics? statistics, Sparsity sparsity);
}

/// <summary>A pruned weight and what is worth recording of how it came about.</summary>
/// <param name="Weight">[out, in], zeros where pruned.</param>
/// <param name="DampingRaises">How often a Hessian's damping was raised tenfold.</param>
public sealed record PrunedWeight(Tensor Weight, int DampingRaises = 0);
