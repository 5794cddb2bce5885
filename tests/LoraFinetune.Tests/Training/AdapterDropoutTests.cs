using Harness.LoraFinetune.Training;
using Harness.Models.Decoders;
using TorchSharp;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class AdapterDropoutTests
{
    private const int Tokens = 6;
    private const int Features = 16;

    private readonly AdapterDropout _dropout = new(0.5, 7);

    [Fact]
    public void Drops_the_share_and_makes_up_for_it()
    {
        using var scope = NewDisposeScope();
        var dropped = Of(new AdapterDropout(0.25, 7), 0, ones([1, 1000, Features]));

        (dropped.eq(0).sum().item<long>() / 16000.0).ShouldBe(0.25, 0.02);
        dropped.max().item<float>().ShouldBe(1 / 0.75f);
        dropped.mean().item<float>().ShouldBe(1, 0.03f);
    }

    [Fact]
    public void A_row_is_dropped_alike_whatever_goes_with_it()
    {
        using var scope = NewDisposeScope();
        var three = Of(_dropout, 4 * Tokens, ones([3, Tokens, Features]));

        for (var row = 0; row < 3; row++)
        {
            TensorFile.Same(Of(_dropout, (4 + row) * Tokens, ones([1, Tokens, Features])), three.narrow(0, row, 1)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Rows_seeds_and_adapters_differ_also_where_an_expert_reads_few_of_the_tokens()
    {
        using var scope = NewDisposeScope();
        Tensor[] patterns =
        [
            Of(_dropout, 0, ones([Tokens, Features])), Of(_dropout, Tokens, ones([Tokens, Features])), Of(_dropout, 0, ones([Tokens, Features]), adapter: 1), Of(new AdapterDropout(0.5, 8), 0, ones([Tokens, Features])),
        ];

        for (var one = 0; one < patterns.Length; one++)
        {
            for (var other = 0; other < one; other++)
            {
                // as often alike as not
                patterns[one].eq(patterns[other]).to(float32).mean().item<float>().ShouldBe(0.5f, 0.2f);
            }
        }
    }

    [Fact]
    public void Nothing_is_dropped_outside_of_training_or_without_a_share()
    {
        using var scope = NewDisposeScope();
        var low = new LowRank(ones([1, Features]), ones([1, 1]), 1);

        new AdapterDropout(0, 7).On(low, 0).Dropout.ShouldBeNull();
        _dropout.On(low, 0).Dropout!().ShouldBeNull();
    }

    private static Tensor Of(AdapterDropout dropout, long token, Tensor x, int adapter = 0)
    {
        dropout.Token = token;
        var pattern = dropout.On(new LowRank(ones([1, Features]), ones([1, 1]), 1), adapter).Dropout!()!;
        return Fused.CounterDropout(x, pattern.Share, pattern.Seed, pattern.Stream, pattern.Offset);
    }
}
