using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class RmsNormTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(65, 576)]
    [InlineData(2, 1027)]
    public void Kernel_agrees_with_plain_operators(long rows, long width)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (randn([2, rows, width]), randn([width]));

        Fused.RmsNorm(x, weight, 1e-5).ShouldAgreeWith(Fused.RmsNorm(x.to(float64), weight.to(float64), 1e-5), 5e-6);
    }

    [Fact]
    public void Takes_rows_that_lie_apart()
    {
        using var scope = NewDisposeScope();
        var x = randn([4, 30]).narrow(1, 10, 17);

        Fused.RmsNorm(x, ones([17]), 1e-6).ShouldAgreeWith(Fused.RmsNorm(x.contiguous(), ones([17]), 1e-6), 0);
    }

    [Fact]
    public void Gradients_flow()
    {
        using var scope = NewDisposeScope();
        var x = randn([3, 8]).requires_grad_();

        Fused.RmsNorm(x, ones([8]), 0).square().sum().backward();

        // Σ y² = width for any x, so there is nothing to descend.
        x.grad!.ShouldAgreeWith(zeros([3, 8]), 1e-5);
    }

    [Fact]
    public void Names_sizes_that_differ()
    {
        using var scope = NewDisposeScope();

        Should.Throw<Exception>(() => Fused.RmsNorm(ones([2, 8]), ones([7]), 1e-5)).Message.ShouldBe("harness::rms_norm: weight has 7 elements; the rows of x have 8");
    }
}
