using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class SiluMulTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 19)]
    [InlineData(33, 1536)]
    public void Kernel_agrees_with_plain_operators(long rows, long width)
    {
        using var scope = NewDisposeScope();
        var (gate, up) = (randn([rows, width]) * 5, randn([rows, width]));
        var plain = Fused.SiluMul(gate.to(float64), up.to(float64));

        Fused.SiluMul(gate, up).ShouldAgreeWith(plain, 1e-5);
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1000f, 1000f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    public void Keeps_the_limits_of_silu(float gate, float expected)
    {
        using var scope = NewDisposeScope();

        Fused.SiluMul(tensor([gate]), ones([1])).item<float>().ShouldBe(expected);
    }

    [Fact]
    public void Vanishes_far_below_zero()
    {
        using var scope = NewDisposeScope();

        Fused.SiluMul(tensor([-1000f]), ones([1])).item<float>().ShouldBe(0f, 1e-30);
    }

    [Fact]
    public void Takes_both_halves_of_one_projection()
    {
        using var scope = NewDisposeScope();
        var both = randn([5, 14]);
        var plain = Fused.SiluMul(both.narrow(1, 0, 7).to(float64), both.narrow(1, 7, 7).to(float64));

        Fused.SiluMul(both.narrow(1, 0, 7), both.narrow(1, 7, 7)).ShouldAgreeWith(plain, 1e-6);
    }

    [Fact]
    public void Leaves_the_gate_alone_where_a_gradient_is_recorded()
    {
        using var scope = NewDisposeScope();
        var gate = ones([4]).requires_grad_();

        Fused.SiluMul(gate, ones([4])).sum().backward();

        gate.data<float>().ToArray().ShouldBe([1f, 1f, 1f, 1f]);
        // d silu / dx at 1 = σ(1)·(1 + 1·(1 − σ(1)))
        gate.grad!.ShouldAgreeWith(full([4], 0.92767051), 1e-6);
    }
}
