namespace Harness.Models.Checkpoints;

/// <summary>Truth values eight to a byte, the least significant bit first, as numpy.packbits(bitorder="little").</summary>
public static class PackedBits
{
    /// <summary>Bytes for so many bits.</summary>
    public static long Bytes(long bits) => (bits + 7) / 8;

    /// <summary>Packs the last dimension, each row to whole bytes. bits: bool [..., n] → uint8 [..., ⌈n / 8⌉].</summary>
    public static Tensor Of(Tensor bits)
    {
        using var scope = NewDisposeScope();
        var shape = bits.shape;
        var padded = zeros([.. shape[..^1], Bytes(shape[^1]) * 8], ScalarType.Byte);
        padded.narrow(shape.Length - 1, 0, shape[^1]).copy_(bits.to(ScalarType.Byte).to(CPU));
        return padded.view([.. shape[..^1], Bytes(shape[^1]), 8]).mul_(Values()).sum(shape.Length, type: ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <summary>Unpacks the last dimension. bytes: uint8 [..., ⌈n / 8⌉] → bool [..., n].</summary>
    public static Tensor Unpacked(Tensor bytes, long n)
    {
        using var scope = NewDisposeScope();
        var bits = bytes.unsqueeze(-1).bitwise_and(Values()).ne(0);
        return bits.view([.. bytes.shape[..^1], -1]).narrow(bytes.shape.Length - 1, 0, n).MoveToOuterDisposeScope();
    }

    private static Tensor Values() => tensor(new byte[] { 1, 2, 4, 8, 16, 32, 64, 128 });
}
