using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// SparseGPT (Frantar and Alistarh 2023, arXiv 2301.00774): column by column, prunes by w²/[H⁻¹]_jj and lets the columns to the right make up for the error.
/// Deviations from the authors' code: ties of n:m go to the lower column; a Hessian that is not positive-definite raises the damping instead of failing.
/// </summary>
public sealed class SparseGpt(double damping = HessianFactor.UsualDamping, int blockSize = ObsSweep.UsualBlockSize) : PruningMethod
{
    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "sparsegpt", "the smallest w²/[H⁻¹]_jj of each block of columns; the columns behind make up for the error", ObsSweep.Options,
        settings => new SparseGpt(ObsSweep.Damping(settings), ObsSweep.BlockSize(settings)));

    public override string Name => "sparsegpt";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.Gram;

    public override void Check(Sparsity sparsity) => ObsSweep.Check(Name, sparsity, blockSize);

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity) => new ObsSweep(linear.Input.Factor(damping), blockSize).Run(
        linear.W,
        (w, u, _) => sparsity.Ratio is { } ratio ? ObsSweep.Fixed(w, u, Mask.PerMatrix(Score(w, u), ratio)) : ObsSweep.Grouped(w, u, sparsity));

    /// <summary>w²/U_jj². w: [out, width], u: [width, width].</summary>
    private static Tensor Score(Tensor w, Tensor u) => w.square().div_(u.diagonal().square());
}
