using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// Root mean square normalisation of each row, in float32 or better. The plain form rounds to the weight's type before it applies the weight, as Llama does (a float32 weight:
    /// not before the end, as Gemma); the kernel, and libtorch's on a GPU, round at the end alone.
    /// </summary>
    /// <param name="x">[..., H]</param>
    /// <param name="weight">[H], of x's type or float32</param>
    /// <returns>[..., H], of x's type</returns>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double eps)
    {
        if (Takes("harness::rms_norm", x, weight) || (TakesEither("harness::rms_norm", x) && TakesEither("harness::rms_norm", weight) && !Records(x, weight)))
        {
            return Operator.Call("harness::rms_norm", x, weight, eps);
        }

        if (x.device.type == DeviceType.CUDA && weight.dtype == x.dtype && !Records(x, weight) && Operator.TryGet("rms_norm") is not null)
        {
            return Operator.Call("rms_norm", x, (long[])[x.size(-1)], weight, eps);
        }

        using var scope = NewDisposeScope();
        var wide = x.dtype == ScalarType.Float64 ? x : x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1], keepdim: true).add(eps).rsqrt();
        return ((wide * scale).to(weight.dtype) * weight).to(x.dtype).MoveToOuterDisposeScope();
    }
}
