using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>The feed-forward part of a block, gated or plain.</summary>
/// <param name="Inputs">gate and up, or up alone.</param>
public sealed record Mlp(LinearGroup Inputs, Linear? Gate, Linear Up, LinearGroup Output, Activation Activation)
{
    /// <summary>What the last linear reads. x: [batch, length, hidden] → [batch, length, intermediate].</summary>
    public Tensor Inner(Tensor x, InputObserver? observe)
    {
        observe?.Invoke(Inputs, x);
        var inner = Gate is null ? Activate(Up.Forward(x))
            : Activation == Activation.Silu ? Fused.SiluMul(Gate.Forward(x), Up.Forward(x))
            : Activate(Gate.Forward(x)).mul_(Up.Forward(x));
        observe?.Invoke(Output, inner);
        return inner;
    }

    private Tensor Activate(Tensor x) => Activation switch
    {
        Activation.Silu => nn.functional.silu(x),
        Activation.Relu => nn.functional.relu(x),
        Activation.Gelu => nn.functional.gelu(x),
        _ => x.pow(3).mul_(0.044715).add_(x).mul_(Math.Sqrt(2 / Math.PI)).tanh().add_(1).mul_(x).mul_(0.5),
    };
}
