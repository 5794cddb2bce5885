using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class CausalAttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 5, 2, 1, 4)]
    [InlineData(1, 47, 3, 3, 20)]
    [InlineData(2, 97, 6, 2, 64)]
    [InlineData(1, 300, 9, 3, 64)]
    [InlineData(1, 520, 2, 2, 80)]
    public void Kernel_agrees_with_plain_operators(long batch, long positions, long heads, long shared, long size)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn([batch, positions, heads, size]), randn([batch, positions, shared, size]), randn([batch, positions, shared, size]));
        var scale = 1 / Math.Sqrt(size);
        var plain = Fused.CausalAttention(q.to(float64), k.to(float64), v.to(float64), scale);

        Fused.CausalAttention(q, k, v, scale).ShouldAgreeWith(plain, 3e-6);
    }

    [Fact]
    public void Sees_nothing_of_the_future()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn([1, 100, 2, 16]), randn([1, 100, 2, 16]), randn([1, 100, 2, 16]));
        var whole = Fused.CausalAttention(q, k, v, 0.25);

        var beginning = Fused.CausalAttention(q.narrow(1, 0, 61), k.narrow(1, 0, 61), v.narrow(1, 0, 61), 0.25);

        beginning.ShouldAgreeWith(whole.narrow(1, 0, 61), 1e-6);
    }

    [Fact]
    public void Takes_slices_of_a_joint_projection()
    {
        using var scope = NewDisposeScope();
        var joint = randn([2, 50, 8, 32]);
        var (q, k, v) = (joint.narrow(2, 0, 4), joint.narrow(2, 4, 2), joint.narrow(2, 6, 2));

        Fused.CausalAttention(q, k, v, 0.2).ShouldAgreeWith(Fused.CausalAttention(q.contiguous(), k.contiguous(), v.contiguous(), 0.2), 0);
    }

    [Fact]
    public void Survives_scores_that_overflow_an_exponential()
    {
        using var scope = NewDisposeScope();
        var (q, v) = (randn([1, 20, 1, 16]) * 30, randn([1, 20, 1, 16]));
        var plain = Fused.CausalAttention(q.to(float64), q.to(float64), v.to(float64), 1);

        Fused.CausalAttention(q, q, v, 1).ShouldAgreeWith(plain, 1e-3);
    }

    [Fact]
    public void Gives_the_same_bytes_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var x = randn([1, 200, 3, 64]);
        var threads = get_num_threads();
        var before = Fused.CausalAttention(x, x, x, 0.125);
        try
        {
            set_num_threads(1);

            equal(Fused.CausalAttention(x, x, x, 0.125), before).ShouldBeTrue();
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Gradients_flow()
    {
        using var scope = NewDisposeScope();
        var v = randn([1, 2, 1, 4]).requires_grad_();

        // Equal scores: the first value is all of the first row and half of the second.
        Fused.CausalAttention(zeros([1, 2, 1, 4]), zeros([1, 2, 1, 4]), v, 1).sum().backward();

        v.grad!.data<float>().ToArray().ShouldBe([1.5f, 1.5f, 1.5f, 1.5f, 0.5f, 0.5f, 0.5f, 0.5f]);
    }
}
