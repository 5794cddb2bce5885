using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// A linear with low-rank matrices beside it (LoRA, Hu et al. 2021, arXiv 2106.09685): x·Wᵀ + bias + scale · dropout(x)·Aᵀ·Bᵀ, the second sum in the type of A and B. Where the weight records no
    /// gradient, the kernel saves x and nothing else of its size; nor x, where that is a norm's or a gate's result, which is computed again from what they save.
    /// </summary>
    /// <param name="x">[..., in]</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="bias">[out]</param>
    /// <param name="a">[rank, in]</param>
    /// <param name="b">[out, rank]</param>
    /// <param name="dropout">Of what A reads; null for none.</param>
    /// <returns>[..., out], of x's type</returns>
    public static Tensor LoraLinear(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scale, DropoutPattern? dropout = null)
    {
        if (Takes("harness::lora_linear", x, weight, bias ?? weight, a, b) && !Records(weight, bias ?? weight))
        {
            return Operator.Call("harness::lora_linear", x, weight, bias, a, b, scale, dropout?.Share ?? 0, dropout?.Seed ?? 0, dropout?.Stream ?? 0, dropout?.Offset ?? 0);
        }

        using var scope = NewDisposeScope();
        var made = nn.functional.linear(x, weight, bias);
        var read = x.to(a.dtype);
        read = dropout is null ? read : CounterDropout(read, dropout.Share, dropout.Seed, dropout.Stream, dropout.Offset);
        var low = nn.functional.linear(read, a).mul(scale); // the narrow side
        return made.add(nn.functional.linear(low, b)).to(made.dtype).MoveToOuterDisposeScope();
    }
}
