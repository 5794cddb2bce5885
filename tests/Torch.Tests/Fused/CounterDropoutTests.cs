using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class CounterDropoutTests
{
    /// <summary>The known answers that come with the generator's reference implementation (Random123, kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void The_generator_of_these_tests_is_philox(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, string words) =>
        string.Join(' ', Philox([c0, c1, c2, c3], k0, k1).Select(word => $"{word:x8}")).ShouldBe(words);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0x299f31d0a4093822, 0x0370734413198a2e, 0x05a308d3243f6a88)]
    [InlineData(-1, -1, (1L << 61) - 1)]
    [InlineData(-2, long.MinValue, 0xFFFFFFFF)]
    public void Words_are_those_of_philox(long seed, long stream, long counter)
    {
        using var scope = NewDisposeScope();
        var words = Philox([(uint)counter, (uint)(counter >> 32), (uint)stream, (uint)(stream >> 32)], (uint)seed, (uint)(seed >> 32));
        foreach (var type in (ScalarType[])[float32, float64])
        {
            for (var i = 0; i < 4; i++)
            {
                Kept(words[i]).ShouldBeTrue();
                Kept(words[i] + 1L).ShouldBeFalse();

                bool Kept(long threshold) => Fused.CounterDropout(ones([1], type), threshold / 4294967296.0, seed, stream, (4 * counter) + i).to(float64).item<double>() != 0;
            }
        }
    }

    /// <summary>Salmon et al. 2011, section 3.3, word by word.</summary>
    private static uint[] Philox(uint[] counter, uint low, uint high)
    {
        for (var round = 0; round < 10; round++)
        {
            var (first, second) = (0xD2511F53UL * counter[0], 0xCD9E8D57UL * counter[2]);
            counter = [(uint)(second >> 32) ^ counter[1] ^ low, (uint)second, (uint)(first >> 32) ^ counter[3] ^ high, (uint)first];
            (low, high) = (unchecked(low + 0x9E3779B9), unchecked(high + 0xBB67AE85));
        }

        return counter;
    }

    [Theory]
    [InlineData(1, 0, 0.05)]
    [InlineData(7, 3, 0.5)]
    [InlineData(1000, 0, 0.1)]
    [InlineData(70_001, 4_294_967_290, 0.05)]
    [InlineData(70_001, 17_179_869_181, 0.5)]
    public void Kernel_and_plain_operators_drop_the_same(long count, long offset, double p)
    {
        using var scope = NewDisposeScope();
        var x = randn([count]);
        var kernel = Fused.CounterDropout(x, p, -5, 1L << 40, offset);

        kernel.ShouldAgreeWith(Fused.CounterDropout(x.to(float64), p, -5, 1L << 40, offset), 1e-5);
        var half = Fused.CounterDropout(ones([count], bfloat16), p, -5, 1L << 40, offset);
        equal(half.eq(0), kernel.eq(0)).ShouldBeTrue();
    }

    [Fact]
    public void A_part_has_the_pattern_of_its_place()
    {
        using var scope = NewDisposeScope();
        var x = ones([100, 37]);
        var whole = Fused.CounterDropout(x, 0.3, 11, 2, 5);

        equal(Fused.CounterDropout(x.narrow(0, 41, 9), 0.3, 11, 2, 5 + (41 * 37)), whole.narrow(0, 41, 9)).ShouldBeTrue();
        equal(Fused.CounterDropout(x, 0.3, 12, 2, 5), whole).ShouldBeFalse();
        equal(Fused.CounterDropout(x, 0.3, 11, 3, 5), whole).ShouldBeFalse();
    }

    [Fact]
    public void Keeps_the_mean()
    {
        using var scope = NewDisposeScope();
        var y = Fused.CounterDropout(ones([400_000]), 0.2, 1, 0, 0);

        y.eq(0).to(float64).mean().item<double>().ShouldBe(0.2, 0.004);
        y.max().item<float>().ShouldBe(1.25f);
        equal(Fused.CounterDropout(y, 0, 1, 0, 0), y).ShouldBeTrue();
    }

    [Fact]
    public void The_way_back_has_the_same_pattern()
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.CounterDropout(x[0], 0.3, 9, 1, 2), [randn([13, 29])], 1e-6);
        Backward.ShouldFollow(x => Fused.CounterDropout(x[0].t(), 0.3, 9, 1, 2), [randn([13, 29])], 1e-6);
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(1.0, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(0.5, -1)]
    public void Refuses_what_lies_outside(double p, long offset) => Should.Throw<ArgumentOutOfRangeException>(() => Fused.CounterDropout(null!, p, 0, 0, offset));
}
