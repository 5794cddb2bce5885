using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// SparseGPT (Frantar and Alistarh 2023, arXiv 2301.00774): column by column, prunes by w²/[H⁻¹]_jj and lets the columns to the right make up for the error.
/// Deviations from the authors' code: ties of n:m go to the lower column; a Hessian that is not positive-definite raises the damping instead of failing.
/// </summary>
public sealed class SparseGpt : PruningMethod
{
    /// <summary>Columns whose errors are applied to the rest of the matrix at once; also the group within which a ratio is met.</summary>
    private const int BlockSize = 128;

    public override string Name => "sparsegpt";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.Gram;

    public override void Check(Sparsity sparsity)
    {
        if (sparsity.Ratio is null && BlockSize % sparsity.Group != 0)
        {
            throw new InputException(
                $"Sparsity '{sparsity}' is not supported by sparsegpt: groups of {sparsity.Group} do not divide its block of {BlockSize} columns. Use 2:4, 4:8 or a ratio.");
        }
    }

    public override PrunedWeight Prune(Tensor W, InputStatistics? statistics, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var factor = statistics!.Factor();
        var w = W.to(float32).masked_fill(factor.Dead, 0); // a copy, updated from left to right
        var columns = w.shape[1];
        for (long first = 0; first < columns; first += BlockSize)
        {
            using var block = NewDisposeScope();
            var width = Math.Min(BlockSize, columns - first);
            var w1 = w.narrow(1, first, width).contiguous();
            var u1 = factor.U.narrow(0, first, width).narrow(1, first, width).contiguous();
            var mask = sparsity.Ratio is { } ratio ? Mask.PerMatrix(Score(w1, u1), ratio) : zeros(w1.shape, @bool, w1.device);
            var error = Fused.SparseGptBlock(w1, u1, mask, sparsity.Group - sparsity.Keep, sparsity.Group);
            w.narrow(1, first, width).copy_(w1);
            if (first + width < columns)
            {
                var rest = columns - first - width;
                w.narrow(1, first + width, rest).addmm_(error, factor.U.narrow(0, first, width).narrow(1, first + width, rest), alpha: -1);
            }
        }

        return new PrunedWeight(w.to(W.dtype).MoveToOuterDisposeScope(), factor.DampingRaises);
    }

    /// <summary>w²/U_jj². w: [out, width], u: [width, width].</summary>
    private static Tensor Score(Tensor w, Tensor u) => w.square().div_(u.diagonal().square());
}
