using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class RotaryTests
{
    [Theory]
    [InlineData(1, 1, 1, 2, 2)]
    [InlineData(2, 5, 3, 64, 64)]
    [InlineData(2, 33, 2, 80, 32)]
    [InlineData(1, 7, 4, 6, 4)]
    public void Kernel_agrees_with_plain_operators(long batch, long positions, long heads, long size, long rotated)
    {
        using var scope = NewDisposeScope();
        var x = randn([batch, positions, heads, size]);
        var angles = randn([positions, rotated / 2]);
        var plain = Fused.Rotary(x.to(float64), angles.cos().to(float64), angles.sin().to(float64));

        Fused.Rotary(x, angles.cos(), angles.sin()).ShouldAgreeWith(plain, 1e-6);
    }

    [Fact]
    public void Pairs_a_dimension_with_the_one_half_a_head_away()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f, 3f, 4f]).view(1, 1, 1, 4);

        // A quarter turn takes (a, b) to (−b, a).
        Fused.Rotary(x, zeros([1, 2]), ones([1, 2])).data<float>().ToArray().ShouldBe([-3f, -4f, 1f, 2f]);
    }

    [Theory]
    [InlineData(1, 3, 2, 8, 8, 0, true)]
    [InlineData(2, 5, 3, 20, 8, 12, true)]
    [InlineData(2, 5, 3, 20, 8, 12, false)]
    [InlineData(1, 9, 2, 16, 6, 0, true)]
    public void Kernel_agrees_on_neighbours_and_later_dimensions(long batch, long positions, long heads, long size, long rotated, long offset, bool interleaved)
    {
        using var scope = NewDisposeScope();
        var x = randn([batch, positions, heads, size]);
        var angles = randn([positions, rotated / 2]);
        var plain = Fused.Rotary(x.to(float64), angles.cos().to(float64), angles.sin().to(float64), offset, interleaved);

        Fused.Rotary(x, angles.cos(), angles.sin(), offset, interleaved).ShouldAgreeWith(plain, 1e-6);
    }

    [Fact]
    public void Pairs_neighbours_where_they_are_interleaved()
    {
        using var scope = NewDisposeScope();
        var x = tensor([9f, 1f, 2f, 3f, 4f]).view(1, 1, 1, 5);

        Fused.Rotary(x, zeros([1, 2]), ones([1, 2]), offset: 1, interleaved: true).data<float>().ToArray().ShouldBe([9f, -2f, 1f, -4f, 3f]);
    }

    [Fact]
    public void Turns_a_slice_of_a_joint_projection_in_place()
    {
        using var scope = NewDisposeScope();
        var joint = randn([1, 3, 5, 8]);
        var slice = joint.narrow(2, 1, 2);
        var angles = randn([3, 4]);
        var plain = Fused.Rotary(slice.to(float64), angles.cos().to(float64), angles.sin().to(float64));
        var before = joint.clone();

        Fused.Rotary(slice, angles.cos(), angles.sin());

        joint.narrow(2, 1, 2).ShouldAgreeWith(plain, 1e-6);
        joint.narrow(2, 3, 2).ShouldAgreeWith(before.narrow(2, 3, 2), 0);
    }

    [Fact]
    public void Gradients_flow()
    {
        using var scope = NewDisposeScope();
        var x = randn([1, 2, 1, 4]).requires_grad_();

        Fused.Rotary(x, zeros([2, 2]), ones([2, 2])).sum().backward();

        x.grad!.data<float>().ToArray().ShouldBe([1f, 1f, -1f, -1f, 1f, 1f, -1f, -1f]);
    }
}
