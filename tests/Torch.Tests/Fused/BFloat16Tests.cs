using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

/// <summary>Kernels on bfloat16: what the plain form makes of the same numbers in float32, rounded once.</summary>
public sealed class BFloat16Tests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(65, 576)]
    [InlineData(2, 1027)]
    public void RmsNorm_rounds_once(long rows, long width)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (Half(2, rows, width), Half(width));
        var plain = Fused.RmsNorm(x.to(float64), weight.to(float64), 1e-5);

        ShouldBeRounded(Fused.RmsNorm(x, weight, 1e-5), plain);
        ShouldBeRounded(Fused.RmsNorm(x, weight.to(float32), 1e-5), plain);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 19)]
    [InlineData(33, 1536)]
    public void SiluMul_rounds_once(long rows, long width)
    {
        using var scope = NewDisposeScope();
        var (gate, up) = (Half(rows, width), Half(rows, width));
        var plain = Fused.SiluMul(gate.to(float64), up.to(float64));

        ShouldBeRounded(Fused.SiluMul(gate, up), plain);
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    public void Limits_stay(float gate, float expected)
    {
        using var scope = NewDisposeScope();

        Fused.SiluMul(tensor([gate]).to(bfloat16), ones([1], bfloat16)).item<float>().ShouldBe(expected);
    }

    [Fact]
    public void Ties_go_to_the_even_neighbour()
    {
        using var scope = NewDisposeScope();
        // with cos = sin = 1 the second of a pair becomes their sum: 1 + 2⁻⁸ and 1 + 3 · 2⁻⁸, each halfway between two neighbours
        var (x, sum) = (tensor([1f, 0.00390625f, 1f, 0.01171875f]).to(bfloat16).view(2, 1, 1, 2), ones([1, 1], bfloat16));

        Fused.Rotary(x, sum, sum).to(float32).narrow(3, 1, 1).flatten().contiguous().data<float>().ToArray().ShouldBe([1f, 1.015625f]);
    }

    [Theory]
    [InlineData(2, 5, 3, 64, 64, 0, false)]
    [InlineData(2, 33, 2, 80, 32, 0, false)]
    [InlineData(2, 5, 3, 20, 8, 12, true)]
    public void Rotary_rounds_once(long batch, long positions, long heads, long size, long rotated, long offset, bool interleaved)
    {
        using var scope = NewDisposeScope();
        var (x, angles) = (Half(batch, positions, heads, size), randn([positions, rotated / 2]));
        var (cos, sin) = (angles.cos().to(bfloat16), angles.sin().to(bfloat16));
        var plain = Fused.Rotary(x.to(float64), cos.to(float64), sin.to(float64), offset, interleaved);

        ShouldBeRounded(Fused.Rotary(x, cos, sin, offset, interleaved), plain, 1e-6);
    }

    [Theory]
    [InlineData(2, 97, 64, 64, 0, 0, false, false)]
    [InlineData(1, 300, 24, 20, 12, 3, false, false)]
    [InlineData(1, 0, 24, 20, 9, 3, true, true)]
    public void CausalAttention_rounds_once(long batch, long length, long size, long valueSize, long window, double softCap, bool biased, bool packed)
    {
        using var scope = NewDisposeScope();
        var visible = packed ? PackedRow.Visible() : null;
        var positions = packed ? visible!.size(0) : length;
        var (q, k, v) = (Half(batch, positions, 4, size), Half(batch, positions, 2, size), Half(batch, positions, 2, valueSize));
        var bias = biased ? Half(4, positions) : null;
        var plain = Fused.CausalAttention(q.to(float64), k.to(float64), v.to(float64), 0.3, window, softCap, bias?.to(float64), visible);

        ShouldBeRounded(Fused.CausalAttention(q, k, v, 0.3, window, softCap, bias, visible), plain, 4e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 4099)]
    public void TokenNll_is_not_rounded(long tokens, long vocabulary)
    {
        using var scope = NewDisposeScope();
        var logits = Half(tokens, vocabulary);
        var targets = tensor(Enumerable.Range(0, (int)tokens).Select(token => token * 31L % vocabulary).ToArray());

        Fused.TokenNll(logits, targets).ShouldAgreeWith(Fused.TokenNll(logits.to(float64), targets), 1e-6);
    }

    [Fact]
    public void Column_sums_are_not_rounded()
    {
        using var scope = NewDisposeScope();
        var x = Half(2, 300, 70);

        Fused.ColumnSquareSum(zeros([70], float64), x).ShouldAgreeWith(Fused.ColumnSquareSum(zeros([70], float64), x.to(float64)), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Products_are_summed_in_float_and_rounded_once(bool biased)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = (Half(2, 33, 70), Half(19, 70), biased ? Half(19) : null);
        var plain = nn.functional.linear(x.to(float64), weight.to(float64), bias?.to(float64));

        // oneDNN rounds before it adds a bias
        ShouldBeRounded(Fused.Linear(x, weight, bias), plain, biased ? 0.2 : 1e-4);
    }

    /// <summary>Where a gradient is recorded the plain form stays, which has a way back.</summary>
    [Fact]
    public void Gradients_flow()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (Half(3, 8).requires_grad_(), Half(8));

        Fused.SiluMul(Fused.RmsNorm(x, weight, 1e-5), x).sum().backward();

        x.grad!.dtype.ShouldBe(bfloat16);
        x.grad!.isfinite().all().item<bool>().ShouldBeTrue();
    }

    private static Tensor Half(params long[] shape) => randn(shape).to(bfloat16);

    /// <summary>Half a unit in the last of eight places, and what float32 differs by from float64.</summary>
    private static void ShouldBeRounded(Tensor half, Tensor exact, double tolerance = 2e-6)
    {
        half.dtype.ShouldBe(bfloat16);
        half.shape.ShouldBe(exact.shape);
        var beyond = (half.to(float64) - exact).abs() - exact.abs() * Math.Pow(2, -8) - tolerance;
        beyond.max().item<double>().ShouldBeLessThanOrEqualTo(0);
    }
}
