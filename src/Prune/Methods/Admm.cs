using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// ADMM pruning (Boža 2024, arXiv 2401.02938): the weights that stay are fitted to the layer's output by alternating directions, the mask found on the way from
/// |W + U|. Inputs are scaled to norm 1; a ratio is met over the whole matrix. Solved in float64, where the authors' code inverts in float32.
/// </summary>
public sealed class Admm : PruningMethod
{
    private const double Damping = 0.1;
    private const double Rho = 1;
    private const int Rounds = 20;
    private const int MaskRounds = 15;
    private const double NormFloor = 1e-8;

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new("admm", "the smallest |W + U|·‖X‖₂ of each matrix; what stays is fitted anew by ADMM", [], _ => new Admm());

    public override string Name => "admm";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.Gram;

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var gram = linear.Input.Gram();
        var norm = gram.diagonal().sqrt().add_(NormFloor);
        var xx = gram.div_(norm).div_(norm.unsqueeze(1));
        xx.diagonal().add_(xx.diagonal().mean() * Damping);
        var w = linear.W.to(float64).mul(norm); // [out, in]: the authors' W transposed
        var target = w.matmul(xx);
        xx.diagonal().add_(Rho);
        var inverse = cholesky_inverse(linalg.cholesky(xx));
        var (u, pruned) = (zeros_like(w), zeros(w.shape, @bool, w.device));
        for (var round = 1; round <= Rounds; round++)
        {
            using var turn = NewDisposeScope();
            if (round <= MaskRounds)
            {
                pruned.copy_(Pruned((w + u).abs(), sparsity, (double)round / MaskRounds));
            }

            var z = (w + u).masked_fill(pruned, 0);
            u.add_(w).sub_(z);
            w.copy_((target + (z - u).mul_(Rho)).matmul(inverse));
        }

        var result = (w + u).masked_fill(pruned, 0).div_(norm);
        return new PrunedWeight(result.to(linear.W.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>What goes in a round: the ratio at once; for n:m the largest of each group are safe, and of the others ever more, until only the safe ones stay.</summary>
    private static Tensor Pruned(Tensor magnitude, Sparsity sparsity, double progress)
    {
        var elements = magnitude.numel();
        if (sparsity.Ratio is { } ratio)
        {
            return ExactlySmallest(magnitude, Masks.Mask.Truncated(elements, ratio));
        }

        var rest = Masks.Mask.PerGroup(magnitude.to(float32), sparsity.Keep, sparsity.Group);
        var share = sparsity.Target - sparsity.Target * Math.Pow(1 - progress, 3);
        var exposed = magnitude.masked_fill(rest.logical_not(), double.PositiveInfinity);
        return exposed.lt(Smallest(exposed, Masks.Mask.Truncated(elements, share)));
    }

    /// <summary>Exactly that many; among equals the later rows go first, as in the authors' code.</summary>
    private static Tensor ExactlySmallest(Tensor values, long count)
    {
        var limit = Smallest(values, count);
        var smallest = values.lt(limit);
        var missing = count - smallest.sum().item<long>();
        if (missing > 0)
        {
            var equals = values.eq(limit).flatten().nonzero().flatten();
            smallest.view(-1).index_fill_(0, equals.narrow(0, equals.shape[0] - missing, missing), true);
        }

        return smallest;
    }

    /// <summary>The value of that rank, counted from 0.</summary>
    private static Tensor Smallest(Tensor values, long rank) => values.flatten().kthvalue(rank + 1).values;
}
