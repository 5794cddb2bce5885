using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// Dropout whose pattern is a function of (<paramref name="seed"/>, <paramref name="stream"/>, <paramref name="offset"/> + index) alone, on any device and in any type: an element is
    /// dropped with probability p, the others are divided by 1 − p. Element i of a stream is word i mod 4 of Philox4x32-10 (Salmon et al. 2011, Parallel Random Numbers: As Easy as
    /// 1, 2, 3) of the counter (i div 4, stream) under the key seed, 64 bits each and the low word first; it is dropped where the word is below p · 2³². The kernel computes the pattern
    /// again on the way back; the plain form saves a byte per element.
    /// </summary>
    /// <param name="x">Any shape; elements count in row-major order.</param>
    /// <param name="p">In [0, 1).</param>
    /// <param name="offset">Of x's first element in the stream, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">p or offset is outside.</exception>
    public static Tensor CounterDropout(Tensor x, double p, long seed, long stream, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (!(p >= 0 && p < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A share to drop lies in [0, 1).");
        }

        if (Takes("harness::counter_dropout", x))
        {
            return Operator.Call("harness::counter_dropout", x, p, seed, stream, offset);
        }

        using var scope = NewDisposeScope();
        var dropped = Philox.Words(seed, stream, offset, x.numel(), x.device).lt((long)Math.Round(p * 4294967296.0)).view(x.shape);
        return x.masked_fill(dropped, 0).mul(1 / (1 - p)).MoveToOuterDisposeScope();
    }
}
