using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>GELU in its tanh form: x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public static Tensor GeluTanh(Tensor x)
    {
        if (Operator.TryGet("gelu") is not null)
        {
            return Operator.Call("gelu", x, "tanh");
        }

        using var scope = NewDisposeScope();
        var inner = x.pow(3).mul(0.044715).add(x).mul(Math.Sqrt(2 / Math.PI));
        return inner.tanh().add(1).mul(x).mul(0.5).MoveToOuterDisposeScope();
    }
}
