using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>Causal self-attention, as its <see cref="AttentionLayout"/> says.</summary>
public sealed record Attention(AttentionLayout Layout, Projection Inputs, LinearGroup Output, Norm? QueryNorm, Norm? KeyNorm, RotaryEmbedding? Rotary)
{
    /// <summary>Its linears by the input they share.</summary>
    public IEnumerable<LinearGroup> Groups => [.. Inputs.Groups, Output];

    /// <summary>x: [batch, length, hidden] → [batch, length, hidden]; positions count from 0 unless a layout says otherwise.</summary>
    internal Tensor Forward(Tensor x, InputObserver? observe, TokenLayout? tokens)
    {
        var (q, k, v) = Inputs.Forward(x, observe);
        (q, k, v) = (Heads(Clipped(q), Layout.Heads, QueryNorm), Heads(Clipped(k), Layout.KeyValueHeads, KeyNorm), Heads(Clipped(v), Layout.KeyValueHeads, null));
        if (Rotary is not null)
        {
            (q, k) = (Rotary.Turn(q, tokens), Rotary.Turn(k, tokens));
        }

        var bias = Layout.Alibi is { } alibi ? Alibi.Bias(alibi, Layout.Heads, x, tokens) : null;
        var mixed = Fused.CausalAttention(q, k, v, Layout.Scale, Layout.Window, Layout.SoftCap, bias, tokens?.Visible()); // [batch, length, heads * value dimensions]
        observe?.Invoke(Output, mixed);
        return Output.Forward(mixed);
    }

    internal Attention With(Func<Linear, Linear> swap) => this with { Inputs = Inputs.With(swap), Output = Output.With(swap) };

    private Tensor Clipped(Tensor x) => Layout.Clip > 0 ? x.clamp(-Layout.Clip, Layout.Clip) : x;

    /// <summary>[batch, length, ...] → [batch, length, heads, dimensions].</summary>
    private Tensor Heads(Tensor x, int heads, Norm? norm)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        if (norm is not null && norm.Weight!.shape[0] != Layout.HeadDim)
        {
            x = norm.Forward(x.reshape(batch, length, -1));
            norm = null;
        }

        x = x.reshape(batch, length, heads, -1);
        return norm?.Forward(x) ?? x;
    }
}
