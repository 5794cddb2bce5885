using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// The optimal brain surgeon's sweep of SparseGPT: columns from left to right, each block of them pruned and its error made up for by all columns behind. What
/// differs between methods is how a block's mask is chosen.
/// </summary>
/// <param name="factor">Of the inverse Hessian.</param>
/// <param name="blockSize">Columns whose errors are applied to the rest of the matrix at once.</param>
internal sealed class ObsSweep(HessianFactor factor, int blockSize)
{
    /// <summary>Columns of a block where nothing else is said.</summary>
    public const int UsualBlockSize = 128;

    /// <summary>How each block is pruned: <paramref name="weights"/> and <paramref name="u"/> of its columns, updated in place. Returns the errors, all [out, width].</summary>
    public delegate Tensor BlockStep(Tensor weights, Tensor u, long first);

    /// <summary>The options of every method that sweeps.</summary>
    public static IReadOnlyList<KnownOption> Options { get; } =
    [
        new("damping", "D", "Share of the Hessian's mean diagonal that is added to it (default: 0.01)."),
        BlockSizeOption,
    ];

    /// <summary>Shared with the methods that cut tiles.</summary>
    public static KnownOption BlockSizeOption => new("block-size", "N", "Columns of a block of the sweep (default: 128), or the side of a tile (default: 16).");

    /// <summary>The damping that was asked for.</summary>
    public static double Damping(Settings settings) => settings.Number("damping", HessianFactor.UsualDamping, 1e-9, 1e3);

    /// <summary>The block size that was asked for.</summary>
    public static int BlockSize(Settings settings) => settings.Whole(BlockSizeOption.Name, UsualBlockSize, 1);

    /// <summary>Groups of n:m must not lie across two blocks.</summary>
    public static void Check(string method, Sparsity sparsity, int blockSize)
    {
        if (sparsity.IsStructured && blockSize % sparsity.Group != 0)
        {
            throw new InputException(
                $"Sparsity '{sparsity}' is not supported by {method}: groups of {sparsity.Group} do not divide its block of {blockSize} columns. Use 2:4, 4:8 or a ratio.");
        }
    }

    /// <summary>The pruned and updated weights, in the type of W: [out, in].</summary>
    public PrunedWeight Run(Tensor W, BlockStep step)
    {
        using var scope = NewDisposeScope();
        var w = W.to(float32).masked_fill(factor.Dead, 0); // a copy, updated from left to right
        var columns = w.shape[1];
        for (long first = 0; first < columns; first += blockSize)
        {
            using var block = NewDisposeScope();
            var width = Math.Min(blockSize, columns - first);
            var rows = factor.U.narrow(0, first, width);
            var w1 = w.narrow(1, first, width).contiguous();
            var error = step(w1, rows.narrow(1, first, width).contiguous(), first);
            w.narrow(1, first, width).copy_(w1);
            if (first + width < columns)
            {
                var rest = columns - first - width;
                w.narrow(1, first + width, rest).addmm_(error, rows.narrow(1, first + width, rest), alpha: -1);
            }
        }

        return new PrunedWeight(w.to(W.dtype).MoveToOuterDisposeScope(), factor.DampingRaises == 0 ? null : new RaisedDamping(factor.Damping, factor.DampingRaises));
    }

    /// <summary>Prunes a block by a mask that is known: [out, width], true = pruned.</summary>
    public static Tensor Fixed(Tensor weights, Tensor u, Tensor mask) => Fused.SparseGptBlock(weights, u, mask.contiguous());

    /// <summary>Prunes a block n:m, every group chosen when the sweep reaches it: by w²/U_jj², or by |w|·norm[j] where a norm is given.</summary>
    public static Tensor Grouped(Tensor weights, Tensor u, Sparsity sparsity, Tensor? norm = null) =>
        Fused.SparseGptBlock(weights, u, zeros(weights.shape, @bool, weights.device), sparsity.Group - sparsity.Keep, sparsity.Group, norm);

    /// <summary>Prunes a block n:m by any metric: every group's mask is chosen when the sweep reaches it.</summary>
    /// <param name="choose">From a group's weights as updated until then, [out, group], and its first column within the block to its mask.</param>
    public static Tensor GroupByGroup(Tensor weights, Tensor u, long group, Func<Tensor, long, Tensor> choose)
    {
        var (errors, width) = (new List<Tensor>(), weights.shape[1]);
        for (long first = 0; first < width; first += group)
        {
            var (columns, behind) = (Math.Min(group, width - first), Math.Max(0, width - first - group));
            var own = weights.narrow(1, first, columns).contiguous();
            var rows = u.narrow(0, first, columns);
            var error = Fixed(own, rows.narrow(1, first, columns).contiguous(), choose(own, first));
            weights.narrow(1, first, columns).copy_(own);
            weights.narrow(1, first + columns, behind).addmm_(error, rows.narrow(1, first + columns, behind), alpha: -1);
            errors.Add(error);
        }

        return cat(errors, 1);
    }
}
