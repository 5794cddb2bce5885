using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>sorted(x)[k] over all elements, k from 0; NaN after everything.</summary>
    /// <returns>A tensor without dimensions: float64 of a float64, else float32.</returns>
    public static Tensor KthSmallest(Tensor x, long k)
    {
        if (Serves("harness::kth_smallest", x))
        {
            return Operator.Call("harness::kth_smallest", x, k);
        }

        using var scope = NewDisposeScope();
        var wide = x.dtype == ScalarType.Float64 ? x : x.to(ScalarType.Float32);
        if (wide.device.type != DeviceType.CUDA)
        {
            return wide.flatten().kthvalue(k + 1).values.MoveToOuterDisposeScope();
        }

        // On a GPU, kthvalue leaves the search to one of its multiprocessors; and sort takes a NaN whose sign is set for the smallest of all.
        var positive = wide.masked_fill(wide.isnan(), BitConverter.UInt32BitsToSingle(0x7FC00000));
        return positive.flatten().sort().Values.select(0, k).MoveToOuterDisposeScope();
    }
}
