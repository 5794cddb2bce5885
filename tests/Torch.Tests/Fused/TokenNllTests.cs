using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class TokenNllTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(7, 4099)]
    public void Kernel_agrees_with_plain_operators(long tokens, long vocabulary)
    {
        using var scope = NewDisposeScope();
        var logits = randn([tokens, vocabulary]) * 4;
        var targets = tensor(Enumerable.Range(0, (int)tokens).Select(token => token * 31L % vocabulary).ToArray());

        Fused.TokenNll(logits, targets).ShouldAgreeWith(Fused.TokenNll(logits.to(float64), targets), 1e-6);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1000)]
    [InlineData(ScalarType.Float32, 4096)]
    [InlineData(ScalarType.Float32, 9001)]
    [InlineData(ScalarType.BFloat16, 9001)]
    [InlineData(ScalarType.Float64, 9001)]
    public void Is_the_same_of_a_vocabulary_that_comes_in_parts(ScalarType type, long vocabulary)
    {
        using var scope = NewDisposeScope();
        var logits = (randn([5, vocabulary]) * 4).to(type);
        logits.select(0, 1).add_(-1000); // far below what is e^x
        var targets = tensor([0L, vocabulary - 1, vocabulary / 2, 17, 4095 % vocabulary]);

        Fused.TokenNll(targets, vocabulary, (first, count) => logits.narrow(1, first, count)).ShouldAgreeWith(Fused.TokenNll(logits, targets), 1e-7);
    }

    [Fact]
    public void Refuses_a_target_outside_a_vocabulary_that_comes_in_parts()
    {
        using var scope = NewDisposeScope();

        Should.Throw<Exception>(() => Fused.TokenNll(tensor([5000L]), 5000, (_, count) => ones([1, count]))).Message.ShouldBe("harness::add_logits_: a target is outside the vocabulary of 5000");
    }

    [Fact]
    public void Is_the_logarithm_of_the_vocabulary_where_nothing_is_known()
    {
        using var scope = NewDisposeScope();

        var nll = Fused.TokenNll(full([1, 1000], -250.0), tensor([17L]));

        nll.dtype.ShouldBe(float64);
        nll.item<double>().ShouldBe(Math.Log(1000), 1e-6);
    }

    [Fact]
    public void Refuses_a_target_outside_the_vocabulary()
    {
        using var scope = NewDisposeScope();

        Should.Throw<Exception>(() => Fused.TokenNll(ones([1, 5]), tensor([5L]))).Message.ShouldBe("harness::token_nll: a target is outside the vocabulary of 5");
    }

    [Fact]
    public void Gradients_flow()
    {
        using var scope = NewDisposeScope();
        var logits = zeros([1, 4]).requires_grad_();

        Fused.TokenNll(logits, tensor([2L])).sum().backward();

        logits.grad!.data<float>().ToArray().ShouldBe([0.25f, 0.25f, -0.75f, 0.25f]);
    }
}
