using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed class AutogradTests
{
    [Fact]
    public void Backward_leaves_the_gradient_in_the_leaf()
    {
        using var scope = NewDisposeScope();
        var w = tensor([2f, 3f]).requires_grad_();

        w.square().sum().backward();

        w.grad!.data<float>().ToArray().ShouldBe([4f, 6f]);
    }

    [Fact]
    public void Grad_returns_gradients_without_touching_the_leaves()
    {
        using var scope = NewDisposeScope();
        var a = tensor([2f]).requires_grad_();
        var b = tensor([5f]).requires_grad_();

        var gradients = autograd.grad([(a * b).sum()], [a, b]);

        gradients.Select(gradient => gradient.item<float>()).ShouldBe([5f, 2f]);
        a.grad.ShouldBeNull();
    }

    [Fact]
    public void No_grad_records_nothing_until_disposed()
    {
        using var scope = NewDisposeScope();
        var w = ones([1]).requires_grad_();
        using (no_grad())
        {
            (w * 2).requires_grad.ShouldBeFalse();
        }

        (w * 2).requires_grad.ShouldBeTrue();
    }
}
