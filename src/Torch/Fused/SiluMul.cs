using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>silu(gate) · up, element by element. Where no gradient is recorded the result may take gate's memory: use it in gate's place.</summary>
    /// <param name="gate">[..., I]</param>
    /// <param name="up">[..., I]</param>
    public static Tensor SiluMul(Tensor gate, Tensor up)
    {
        if (TakesEither("harness::silu_mul", gate, up))
        {
            return Records(gate, up) ? Operator.Call("harness::silu_mul", gate, up) : Operator.CallInPlace("harness::silu_mul_", gate, up);
        }

        using var activated = nn.functional.silu(gate);
        return activated * up;
    }
}
