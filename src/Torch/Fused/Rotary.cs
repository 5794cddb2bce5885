using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// Rotary position embedding of R of a head's D dimensions, from <paramref name="offset"/> on: dimension i of them pairs with i + R/2 (Hugging Face's layout), or
    /// 2i with 2i + 1 where they are interleaved. Where no gradient is recorded the result may take x's memory: use it in x's place.
    /// </summary>
    /// <param name="x">[B, S, heads, D], as it leaves the projection</param>
    /// <param name="cos">[S, R/2], of x's type</param>
    /// <param name="sin">[S, R/2], of x's type</param>
    public static Tensor Rotary(Tensor x, Tensor cos, Tensor sin, long offset = 0, bool interleaved = false)
    {
        if (TakesEither("harness::rotary", x, cos, sin) && !Records(cos, sin))
        {
            return Records(x) ? Operator.Call("harness::rotary", x, cos, sin, offset, interleaved) : Operator.CallInPlace("harness::rotary_", x, cos, sin, offset, interleaved);
        }

        using var scope = NewDisposeScope();
        var half = cos.size(1);
        var (c, s) = (cos.unsqueeze(1), sin.unsqueeze(1));
        var (before, turned, after) = (x.narrow(3, 0, offset), x.narrow(3, offset, 2 * half), x.narrow(3, offset + 2 * half, x.size(3) - offset - 2 * half));
        if (interleaved)
        {
            var pairs = turned.reshape(x.size(0), x.size(1), x.size(2), half, 2);
            var (even, odd) = (pairs.select(4, 0), pairs.select(4, 1));
            return cat([before, stack([even * c - odd * s, odd * c + even * s], -1).flatten(3), after], 3).MoveToOuterDisposeScope();
        }

        var (low, high) = (turned.narrow(3, 0, half), turned.narrow(3, half, half));
        return cat([before, low * c - high * s, high * c + low * s, after], 3).MoveToOuterDisposeScope();
    }
}
