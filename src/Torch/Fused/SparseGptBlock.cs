using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    // columns of a row, four floats each, that the kernel holds in a multiprocessor's shared memory
    private const long WidestOnGpu = 3072;

    /// <summary>
    /// The column sweep of SparseGPT (Frantar &amp; Alistarh 2023, arXiv 2301.00774, algorithm 1) inside one block: column after column the pruned weights become
    /// zero and their error, divided by the pivot, is taken from the columns to the right, each product rounded before it is subtracted.
    /// </summary>
    /// <param name="weights">[rows, width]; in: the block, out: its pruned and updated weights</param>
    /// <param name="u">[width, width], the block on the diagonal of the upper Cholesky factor of the inverse Hessian</param>
    /// <param name="mask">[rows, width], bool, true is pruned; read where group is 0, else written</param>
    /// <param name="pruned">how many columns of each group go</param>
    /// <param name="group">
    /// the columns in a group whose mask is chosen when the sweep reaches it, from the weights as updated until then: the smallest w² / U[j, j]², of equal ones the lower column
    /// </param>
    /// <param name="norm">[width]; where given, groups are chosen by |w| · norm[j] instead</param>
    /// <returns>[rows, width]: the errors, which the caller applies to the columns after the block</returns>
    public static Tensor SparseGptBlock(Tensor weights, Tensor u, Tensor mask, long pruned = 0, long group = 0, Tensor? norm = null)
    {
        if (ServesOnGpuToo("harness::sparsegpt_block_", weights, u, norm ?? u) && (weights.device.type == DeviceType.CPU || weights.size(1) <= WidestOnGpu))
        {
            return Operator.Call("harness::sparsegpt_block_", weights, u, mask, pruned, group, norm);
        }

        var width = weights.size(1);
        var errors = zeros_like(weights);
        for (var i = 0L; i < width; i++)
        {
            using var scope = NewDisposeScope();
            if (group > 0 && i % group == 0)
            {
                var columns = Math.Min(group, width - i);
                var w = weights.narrow(1, i, columns);
                var scores = norm is null ? w.square() / u.diagonal().narrow(0, i, columns).square() : w.abs() * norm.narrow(0, i, columns);
                mask.narrow(1, i, columns).copy_(RowSmallestMask(scores, pruned));
            }

            var column = weights.narrow(1, i, 1);
            var kept = column.masked_fill(mask.narrow(1, i, 1), 0);
            var error = errors.narrow(1, i, 1).copy_((column - kept) / u.narrow(0, i, 1).narrow(1, i, 1));
            weights.narrow(1, i, width - i).sub_(error * u.narrow(0, i, 1).narrow(1, i, width - i));
            column.copy_(kept);
        }

        return errors;
    }
}
