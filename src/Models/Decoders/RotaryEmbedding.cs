using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>Rotary positions 0, 1, …; one object serves every block whose layout is the same.</summary>
public sealed class RotaryEmbedding(RotaryLayout layout, ScalarType dtype, Device device) : IDisposable
{
    private readonly Dictionary<long, (Tensor Cos, Tensor Sin)> _tables = [];

    /// <summary>x: [batch, length, heads, dimensions] → the same, turned; the result may take x's memory.</summary>
    /// <exception cref="InputException">The scaling depends on the length of the sequence, and the row holds several beyond the trained positions.</exception>
    public Tensor Turn(Tensor x, TokenLayout? tokens)
    {
        var (cos, sin) = tokens is null ? Tables(x.shape[1]) : Tables(tokens);
        return Fused.Rotary(x, cos, sin, layout.Offset, layout.Interleaved);
    }

    public void Dispose()
    {
        foreach (var (cos, sin) in _tables.Values)
        {
            cos.Dispose();
            sin.Dispose();
        }

        _tables.Clear();
    }

    /// <summary>cos and sin, each [length, turned dimensions / 2], for a window of that length (some scalings depend on it).</summary>
    private (Tensor Cos, Tensor Sin) Tables(long length)
    {
        if (!_tables.TryGetValue(length, out var tables))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var (frequencies, attention) = RotaryFrequencies.Of(layout.Rope, layout.Dims, length);
            var angles = outer(arange(length, float32), tensor(frequencies));
            tables = _tables[length] = (Table(angles.cos()), Table(angles.sin()));
            Tensor Table(Tensor table) => table.mul(attention).to(dtype, device).DetachFromDisposeScope();
        }

        return tables;
    }

    /// <summary>The same for the tokens of a packed row, each at its own position.</summary>
    private (Tensor Cos, Tensor Sin) Tables(TokenLayout tokens)
    {
        var rope = layout.Rope;
        if (rope.DependsOnLength && tokens.Longest > rope.OriginalMaxPositions && !tokens.IsSingle)
        {
            throw new InputException(
                $"A sequence of {tokens.Longest} tokens lies in one row with others, but {rope.Type} rotary positions depend on the length of the sequence beyond {rope.OriginalMaxPositions}. "
                + "Give it a row of its own.");
        }

        var (cos, sin) = Tables(tokens.Longest);
        using var positions = tokens.Positions(device);
        return (cos.index_select(0, positions), sin.index_select(0, positions));
    }
}
