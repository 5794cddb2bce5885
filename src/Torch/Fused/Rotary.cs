using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// Rotary position embedding in Hugging Face's layout: dimension i of a head pairs with i + R/2, for the first R of its D dimensions.
    /// The result may take x's memory: use it in x's place.
    /// </summary>
    /// <param name="x">[B, S, heads, D], as it leaves the projection</param>
    /// <param name="cos">[S, R/2], of x's type</param>
    /// <param name="sin">[S, R/2], of x's type</param>
    public static Tensor Rotary(Tensor x, Tensor cos, Tensor sin)
    {
        if (Serves("harness::rotary_", x, cos, sin))
        {
            return Operator.CallInPlace("harness::rotary_", x, cos, sin);
        }

        using var scope = NewDisposeScope();
        var half = cos.size(1);
        var (c, s) = (cos.unsqueeze(1), sin.unsqueeze(1));
        var (low, high, rest) = (x.narrow(3, 0, half), x.narrow(3, half, half), x.narrow(3, 2 * half, x.size(3) - 2 * half));
        return cat([low * c - high * s, high * c + low * s, rest], 3).MoveToOuterDisposeScope();
    }
}
