using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// x·Wᵀ + b as <see cref="nn.functional.linear"/>; in bfloat16 on processors that multiply floats faster, by float32 products of the same numbers, rounded once as theirs are.
    /// Where the weight learns, going back with <see cref="Tensor.backward"/> adds its gradient to the one it has, with no tensor of its size in between.
    /// </summary>
    /// <param name="x">[..., in]</param>
    /// <param name="weight">[out, in], of x's type</param>
    /// <param name="bias">[out]</param>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null) =>
        (Are(ScalarType.BFloat16, DeviceType.CPU, x, weight, bias ?? x) && !Records(x, weight, bias ?? x) && Operator.TryGet("harness::linear") is not null)
        || (Takes("harness::linear", x, weight, bias ?? x) && Records(weight))
            ? Operator.Call("harness::linear", x, weight, bias)
            : nn.functional.linear(x, weight, bias);
}
