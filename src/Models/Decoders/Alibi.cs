using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>ALiBi's biases (Press et al. 2022).</summary>
internal static class Alibi
{
    /// <summary>What each head adds to the score of each key: [heads, tokens], of x's type. x: [batch, length, hidden].</summary>
    public static Tensor Bias(AlibiLayout layout, int heads, Tensor x, TokenLayout? tokens)
    {
        using var scope = NewDisposeScope();
        var type = layout.Rounded ? bfloat16 : float32;
        var positions = (tokens?.Positions() ?? arange(x.shape[1], int64)).to(type);
        var bias = tensor(Slopes(heads)).to(type).unsqueeze(1).mul(positions.unsqueeze(0));
        return bias.to(x.dtype).mul(layout.Factor).to(x.device).MoveToOuterDisposeScope();
    }

    /// <summary>The geometric sequence 2^(-8/n), …, 2^-8; where the heads are no power of two, every second of the next larger sequence follows.</summary>
    private static float[] Slopes(int heads)
    {
        var power = (int)Math.Pow(2, Math.Floor(Math.Log2(heads)));
        return [.. Sequence(power, 1).Take(power), .. Sequence(2 * power, 2).Take(heads - power)];

        static IEnumerable<float> Sequence(int of, int step) => Enumerable.Range(0, of / step).Select(i => (float)Math.Pow(2, -8.0 / of * (1 + step * i)));
    }
}
