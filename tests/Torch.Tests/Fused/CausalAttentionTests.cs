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

    /// <summary>Windows, soft caps, biases, several chunks of keys, packed rows: the kernel in float32 beside the plain form in float64.</summary>
    [Theory]
    [InlineData(2, 97, 24, 24, 12, 0, false, false)]
    [InlineData(2, 97, 24, 24, 0, 3, false, false)]
    [InlineData(1, 130, 24, 24, 0, 0, true, false)]
    [InlineData(1, 150, 20, 16, 0, 0, false, false)]
    [InlineData(1, 4500, 16, 16, 0, 2, true, false)]
    [InlineData(1, 4500, 16, 16, 2200, 0, false, false)]
    [InlineData(1, 0, 24, 24, 0, 0, false, true)]
    [InlineData(1, 0, 24, 20, 9, 3, true, true)]
    public void Kernel_agrees_with_plain_operators_on_every_option(long batch, long length, long size, long valueSize, long window, double softCap, bool biased, bool packed)
    {
        using var scope = NewDisposeScope();
        var visible = packed ? PackedRow.Visible() : null;
        var positions = packed ? visible!.size(0) : length;
        var (q, k, v) = (randn([batch, positions, 4, size]), randn([batch, positions, 2, size]), randn([batch, positions, 2, valueSize]));
        var bias = biased ? randn([4, positions]) : null;
        var plain = Fused.CausalAttention(q.to(float64), k.to(float64), v.to(float64), 0.3, window, softCap, bias?.to(float64), visible);

        Fused.CausalAttention(q, k, v, 0.3, window, softCap, bias, visible).ShouldAgreeWith(plain, 4e-6);
    }

    /// <summary>The definition, key by key: a query sees the prefix and its own segment, of both only what lies less than the window before it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public void Packed_segments_see_their_prefix_and_themselves(long window)
    {
        using var scope = NewDisposeScope();
        var visible = PackedRow.Visible();
        var rows = visible.data<long>().ToArray().Chunk(3).ToArray();
        var tokens = rows.Length;
        var v = eye(tokens).view(1, tokens, 1, tokens);
        var shares = Fused.CausalAttention(zeros([1, tokens, 1, 8]), zeros([1, tokens, 1, 8]), v, 1, window, visible: visible).view(tokens, tokens).data<float>().ToArray();

        for (var query = 0; query < tokens; query++)
        {
            var (document, prefixEnd, segment) = (rows[query][0], rows[query][1], rows[query][2]);
            var position = prefixEnd - document + query - segment;
            var seen = Enumerable.Range(0, tokens).Select(key =>
                (key >= document && key < prefixEnd && (window == 0 || position - (key - document) < window)) || (key >= segment && key <= query && (window == 0 || query - key < window))).ToArray();
            var share = 1f / seen.Count(sees => sees);
            for (var key = 0; key < tokens; key++)
            {
                shares[query * tokens + key].ShouldBe(seen[key] ? share : 0, 1e-6f, $"query {query}, key {key}");
            }
        }
    }

    [Fact]
    public void Halves_are_rounded_at_the_end_alone()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = (randn([1, 40, 2, 16]).to(bfloat16), randn([1, 40, 2, 16]).to(bfloat16), randn([1, 40, 2, 16]).to(bfloat16));
        var wide = Fused.CausalAttention(q.to(float32), k.to(float32), v.to(float32), 0.25).to(bfloat16);

        var halves = Fused.CausalAttention(q, k, v, 0.25);

        halves.dtype.ShouldBe(bfloat16);
        equal(halves, wide).ShouldBeTrue();
    }

    [Fact]
    public void Refuses_ranges_that_reach_into_the_future()
    {
        using var scope = NewDisposeScope();
        var x = randn([1, 2, 1, 8]);
        var visible = tensor((long[])[0, 0, 0, 0, 0, 2]).view(2, 3);

        Should.Throw<System.Runtime.InteropServices.ExternalException>(() => Fused.CausalAttention(x, x, x, 1, visible: visible)).Message.ShouldContain("position 1 cannot see");
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
