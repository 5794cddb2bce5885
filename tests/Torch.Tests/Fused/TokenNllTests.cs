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
