using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>Σ x², in float64; the kernel's sum is the same on any number of threads.</summary>
    /// <returns>A tensor without dimensions.</returns>
    public static Tensor SquareSum(Tensor x)
    {
        if (Serves("harness::square_sum", x))
        {
            return Operator.Call("harness::square_sum", x);
        }

        using var scope = NewDisposeScope();
        return x.to(ScalarType.Float64).square().sum().MoveToOuterDisposeScope();
    }
}
