using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>Causal self-attention, as its <see cref="AttentionLayout"/> says.</summary>
public sealed record Attention(AttentionLayout Layout, Projection Inputs, LinearGroup Output, Norm? QueryNorm, Norm? KeyNorm, RotaryEmbedding? Rotary)
{
    /// <summary>Its linears by the input they share.</summary>
    public IEnumerable<LinearGroup> Groups => [.. Inputs.Groups, Output];

    /// <summary>x: [batch, length, hidden] → [batch, length, hidden], or [1, n, hidden] of the places that are read; positions count from 0 unless a layout says otherwise.</summary>
    internal Tensor Forward(Tensor x, InputObserver? observe, TokenLayout? tokens, Tensor? reads = null)
    {
        var (q, k, v) = Inputs.Forward(x, observe);
        (q, k, v) = (Heads(Clipped(q), Layout.Heads, QueryNorm), Heads(Clipped(k), Layout.KeyValueHeads, KeyNorm), Heads(Clipped(v), Layout.KeyValueHeads, null));
        if (Rotary is not null)
        {
            (q, k) = (Rotary.Turn(q, tokens), Rotary.Turn(k, tokens));
        }

        var bias = Layout.Alibi is { } alibi ? Alibi.Bias(alibi, Layout.Heads, x, tokens) : null;
        var mixed = Fused.CausalAttention(q, k, v, Layout.Scale, Layout.Window, Layout.SoftCap, bias, tokens?.Visible()); // [batch, length, heads * value dimensions]
        mixed = At(mixed, reads);
        observe?.Invoke(Output, mixed);
        return Output.Forward(mixed);
    }

    /// <summary>x: [batch, length, ...] → [1, n, ...], the places that are read; x where all are.</summary>
    internal static Tensor At(Tensor x, Tensor? reads) => reads is null ? x : x.flatten(0, 1).index_select(0, reads).unsqueeze(0);

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
