namespace Harness.Models.Decoders;

/// <summary>Causal self-attention with grouped keys and values and, where the family has them, rotary positions.</summary>
/// <param name="Inputs">q, k and v in the reference's order.</param>
/// <param name="Heads">Query heads; a multiple of <paramref name="KeyValueHeads"/>.</param>
public sealed record Attention(
    LinearGroup Inputs, Linear Query, Linear Key, Linear Value, LinearGroup Output, int Heads, int KeyValueHeads, int HeadDim, RotaryEmbedding? Rotary)
{
    /// <summary>x: [batch, length, hidden] → [batch, length, hidden]; positions count from 0 unless a layout says otherwise.</summary>
    public Tensor Forward(Tensor x, InputObserver? observe, TokenLayout? layout)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        observe?.Invoke(Inputs, x);
        var q = Query.Forward(x).view(batch, length, Heads, HeadDim);
        var k = Key.Forward(x).view(batch, length, KeyValueHeads, HeadDim);
        var v = Value.Forward(x).view(batch, length, KeyValueHeads, HeadDim);
        if (Rotary is not null)
        {
            var (cos, sin) = Rotary.Tables(length, layout);
            (q, k) = (Fused.Rotary(q, cos, sin), Fused.Rotary(k, cos, sin));
        }

        var mixed = Fused.CausalAttention(q, k, v, 1 / Math.Sqrt(HeadDim), visible: layout?.Visible()); // [batch, length, heads * head_dim]
        observe?.Invoke(Output, mixed);
        return Output.Linears[0].Forward(mixed);
    }
}
