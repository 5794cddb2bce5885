using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>Adds each column's sum of squares to <paramref name="sums"/>, in place; within one call the sum runs in float64.</summary>
    /// <param name="sums">[H], float64 or float32</param>
    /// <param name="x">[..., H]</param>
    /// <returns><paramref name="sums"/></returns>
    public static Tensor ColumnSquareSum(Tensor sums, Tensor x)
    {
        if ((TakesEither("harness::column_square_sum_", x) && !Records(x)) || ServesOnGpu("harness::column_square_sum_", x))
        {
            return Operator.CallInPlace("harness::column_square_sum_", sums, x);
        }

        using var scope = NewDisposeScope();
        return sums.add_(x.flatten(0, -2).to(ScalarType.Float64).square().sum(dim: 0).to(sums.dtype));
    }
}
