using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Philox4x32-10 from plain operators: words of 32 bits in elements of 64.</summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const long Low32 = 0xFFFFFFFF;

    /// <summary>Words offset … offset + count − 1 of the stream: int64 [count], each in [0, 2³²).</summary>
    internal static Tensor Words(long seed, long stream, long offset, long count, Device device)
    {
        using var scope = NewDisposeScope();
        var (mask, half) = (Number(Low32), Number(32));
        var block = arange(offset / 4, (offset / 4) + (((offset % 4) + count + 3) / 4), ScalarType.Int64, device);
        var (a, b, c, d) = (Low(block), High(block), Number(stream & Low32), Number((stream >> 32) & Low32));
        var (low, high) = (seed & Low32, (seed >> 32) & Low32);
        for (var round = 0; round < Rounds; round++)
        {
            // The products fill 64 bits: what wraps around to a negative number has the same bits.
            var (first, second) = (a.mul(Number(0xD2511F53)), c.mul(Number(0xCD9E8D57)));
            (a, b, c, d) = (High(second).bitwise_xor(b).bitwise_xor(Number(low)), Low(second), High(first).bitwise_xor(d).bitwise_xor(Number(high)), Low(first));
            (low, high) = ((low + 0x9E3779B9) & Low32, (high + 0xBB67AE85) & Low32);
        }

        return stack([a, b, c, d], 1).flatten().narrow(0, offset % 4, count).MoveToOuterDisposeScope();

        Tensor Number(long value) => full([1], value, ScalarType.Int64, device);

        Tensor Low(Tensor word) => word.bitwise_and(mask);

        Tensor High(Tensor word) => word.bitwise_right_shift(half).bitwise_and(mask);
    }
}
