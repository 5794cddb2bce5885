using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// Marks the <paramref name="pruned"/> smallest of every <paramref name="group"/> columns in a row; of equal ones the lower column.
    /// Where the width is no multiple, the last group is narrower and still loses as many.
    /// </summary>
    /// <param name="metric">[rows, columns]</param>
    /// <returns>[rows, columns], bool: true is pruned</returns>
    public static Tensor NmPruneMask(Tensor metric, long pruned, long group)
    {
        var columns = metric.size(1);
        var tail = columns % group;
        if (pruned > group || (tail > 0 && tail < pruned))
        {
            throw new ArgumentException($"{columns} columns in groups of {group} leave a group of {(pruned > group ? group : tail)}, fewer than the {pruned} to prune.");
        }

        if (ServesOnGpuToo("harness::nm_prune_mask", metric))
        {
            return Operator.Call("harness::nm_prune_mask", metric, pruned, group);
        }

        using var scope = NewDisposeScope();
        var whole = RowSmallestMask(metric.narrow(1, 0, columns - tail).reshape(-1, group), pruned).view(-1, columns - tail);
        return (tail == 0 ? whole : cat([whole, RowSmallestMask(metric.narrow(1, columns - tail, tail), pruned)], 1)).MoveToOuterDisposeScope();
    }
}
