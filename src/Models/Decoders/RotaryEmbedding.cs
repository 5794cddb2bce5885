using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>The cosines and sines of rotary positions 0, 1, …; one object serves every block of a model.</summary>
public sealed class RotaryEmbedding(RopeConfig rope, int headDim, ScalarType dtype, Device device) : IDisposable
{
    private readonly Dictionary<long, (Tensor Cos, Tensor Sin)> _tables = [];

    /// <summary>cos and sin, each [length, head_dim / 2], for a window of that length (some scalings depend on it).</summary>
    public (Tensor Cos, Tensor Sin) Tables(long length)
    {
        if (!_tables.TryGetValue(length, out var tables))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var (frequencies, attention) = RotaryFrequencies.Of(rope, headDim, length);
            var angles = outer(arange(length, float32), tensor(frequencies));
            tables = _tables[length] = (Table(angles.cos()), Table(angles.sin()));
            Tensor Table(Tensor table) => table.mul(attention).to(dtype, device).DetachFromDisposeScope();
        }

        return tables;
    }

    /// <summary>The same for the tokens of a packed row, each at its own position; for a plain row where the layout is null.</summary>
    /// <exception cref="InputException">The scaling depends on the length of the sequence, and the row holds several beyond the trained positions.</exception>
    public (Tensor Cos, Tensor Sin) Tables(long length, TokenLayout? layout)
    {
        if (layout is null)
        {
            return Tables(length);
        }

        if (rope.DependsOnLength && layout.Longest > rope.OriginalMaxPositions && !layout.IsSingle)
        {
            throw new InputException(
                $"A sequence of {layout.Longest} tokens lies in one row with others, but {rope.Type} rotary positions depend on the length of the sequence beyond {rope.OriginalMaxPositions}. "
                + "Give it a row of its own.");
        }

        var (cos, sin) = Tables(layout.Longest);
        using var positions = layout.Positions(device);
        return (cos.index_select(0, positions), sin.index_select(0, positions));
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
}
