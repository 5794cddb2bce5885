using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>Two linears with a function between them, gated or plain.</summary>
/// <param name="Inputs">gate and up; or both in one, the rows of the gate first; or up alone.</param>
public sealed record Mlp(LinearGroup Inputs, LinearGroup Output, Activation Activation) : FeedForward
{
    public override IEnumerable<LinearGroup> Groups => [Inputs, Output];

    internal override Tensor Forward(Tensor x, InputObserver? observe) => Output.Forward(Inner(x, observe));

    internal override void Observe(Tensor x, InputObserver observe) => Inner(x, observe);

    internal override FeedForward With(Func<Linear, Linear> swap) => Swapped(swap);

    internal Mlp Swapped(Func<Linear, Linear> swap) => this with { Inputs = Inputs.With(swap), Output = Output.With(swap) };

    /// <summary>What the last linear reads: [..., intermediate].</summary>
    private Tensor Inner(Tensor x, InputObserver? observe)
    {
        observe?.Invoke(Inputs, x);
        var made = Inputs.Linears is [{ Split: not null }] ? Inputs.Forward(x).chunk(2, -1) : [.. Inputs.Linears.Select(linear => linear.Forward(x))];
        var inner = made is [var gate, var up] ? Gated(gate, up) : Activated(made[0]);
        observe?.Invoke(Output, inner);
        return inner;
    }

    private Tensor Gated(Tensor gate, Tensor up) => Activation == Activation.Silu ? Fused.SiluMul(gate, up) : Activated(gate).mul(up);

    private Tensor Activated(Tensor x) => Activation switch
    {
        Activation.Silu => nn.functional.silu(x),
        Activation.Relu => nn.functional.relu(x),
        Activation.Gelu => nn.functional.gelu(x),
        _ => Fused.GeluTanh(x),
    };
}
