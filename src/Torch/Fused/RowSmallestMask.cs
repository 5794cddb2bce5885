using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>Marks exactly the k smallest elements of every row; of equal ones the lower column, and NaN after everything.</summary>
    /// <param name="metric">[rows, columns]</param>
    /// <returns>[rows, columns], bool</returns>
    public static Tensor RowSmallestMask(Tensor metric, long k)
    {
        if (ServesOnGpuToo("harness::row_smallest_mask", metric))
        {
            return Operator.Call("harness::row_smallest_mask", metric, k);
        }

        using var scope = NewDisposeScope();
        var order = metric.sort(-1, descending: false, stable: true).Indices;
        return zeros(metric.shape, ScalarType.Bool, metric.device).scatter_(1, order.narrow(1, 0, k), true).MoveToOuterDisposeScope();
    }
}
