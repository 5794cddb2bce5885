using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>Root mean square normalisation of each row as Llama has it: the variance and the division in float32, rounded to x's type before the weight is applied.</summary>
    /// <param name="x">[..., H]</param>
    /// <param name="weight">[H]</param>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double eps)
    {
        if (Takes("harness::rms_norm", x, weight))
        {
            return Operator.Call("harness::rms_norm", x, weight, eps);
        }

        using var scope = NewDisposeScope();
        var wide = x.dtype == ScalarType.Float64 ? x : x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1], keepdim: true).add(eps).rsqrt();
        return ((wide * scale).to(x.dtype) * weight).MoveToOuterDisposeScope();
    }
}
