using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class BackwardTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(2, 7, 9, 3, 64, 64)]
    [InlineData(1, 64, 9, 3, 64, 64)]
    [InlineData(3, 130, 9, 3, 64, 64)]
    [InlineData(2, 512, 9, 3, 64, 64)]
    [InlineData(1, 47, 3, 3, 20, 24)]
    [InlineData(1, 600, 2, 1, 80, 16)]
    public void Attention_follows_the_plain_form(long batch, long positions, long heads, long shared, long size, long valueSize)
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.CausalAttention(x[0], x[1], x[2], 1 / Math.Sqrt(size)), Heads(batch, positions, heads, shared, size, valueSize), 5e-6);
    }

    /// <summary>Windows, soft caps, biases, several chunks of keys, packed rows.</summary>
    [Theory]
    [InlineData(2, 97, 12, 0, false, false)]
    [InlineData(1, 1200, 550, 0, false, false)]
    [InlineData(2, 97, 0, 3, false, false)]
    [InlineData(1, 130, 0, 0, true, false)]
    [InlineData(1, 0, 0, 0, false, true)]
    [InlineData(1, 0, 9, 3, true, true)]
    public void Attention_follows_the_plain_form_on_every_option(long batch, long length, long window, double softCap, bool biased, bool packed)
    {
        using var scope = NewDisposeScope();
        var visible = packed ? PackedRow.Visible() : null;
        var positions = visible?.size(0) ?? length;
        var bias = biased ? randn([4, positions]) : null;

        Backward.ShouldFollow(x => Fused.CausalAttention(x[0], x[1], x[2], 0.3, window, softCap, bias?.to(x[0].dtype), visible), Heads(batch, positions, 4, 2, 24, 20), 5e-6);
    }

    [Fact]
    public void Attention_takes_slices_of_a_joint_projection()
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.CausalAttention(x[0].narrow(2, 0, 4), x[0].narrow(2, 4, 2), x[0].narrow(2, 6, 2), 0.2), [randn([2, 50, 8, 32])], 5e-6);
    }

    [Fact]
    public void Attention_leaves_a_bias_that_records_to_plain_operators()
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.CausalAttention(x[0], x[1], x[2], 0.3, bias: x[3]), [.. Heads(1, 20, 4, 2, 8, 8), randn([4, 20])], 1e-5);
    }

    [Fact]
    public void Attention_gives_the_same_gradients_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var inputs = Heads(2, 200, 6, 2, 32, 32);
        var threads = get_num_threads();
        var before = Gradients();
        try
        {
            set_num_threads(1);

            Gradients().Zip(before, equal).ShouldAllBe(same => same);
        }
        finally
        {
            set_num_threads(threads);
        }

        IList<Tensor> Gradients()
        {
            var x = Backward.Recording(inputs, float32);
            return autograd.grad([Fused.CausalAttention(x[0], x[1], x[2], 0.2).square().sum()], x);
        }
    }

    [Fact]
    public void Attention_in_halves_goes_back_through_the_kernel()
    {
        using var scope = NewDisposeScope();
        var halves = Backward.Recording(Heads(1, 40, 4, 2, 16, 16), bfloat16);
        var wide = Backward.Recording(halves, float32);

        Fused.CausalAttention(halves[0], halves[1], halves[2], 0.25).sum().backward();
        Fused.CausalAttention(wide[0], wide[1], wide[2], 0.25).to(bfloat16).sum().backward();

        halves.Zip(wide, (half, exact) => equal(half.grad!, exact.grad!.to(bfloat16))).ShouldAllBe(same => same);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(70, 576)]
    public void Root_mean_square_norm_follows_the_plain_form(long rows, long width)
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.RmsNorm(x[0], x[1], 1e-5), [randn([2, rows, width]), randn([width])], 5e-6);
        Backward.ShouldFollow(x => Fused.RmsNorm(x[0], ones([width], x[0].dtype), 1e-5), [randn([2, rows, width])], 5e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 19)]
    [InlineData(33, 1536)]
    public void Gate_follows_the_plain_form(long rows, long width)
    {
        using var scope = NewDisposeScope();
        Backward.ShouldFollow(x => Fused.SiluMul(x[0], x[1]), [randn([rows, width]) * 3, randn([rows, width])], 2e-6);
        Backward.ShouldFollow(x => Fused.SiluMul(x[0].narrow(1, 0, width), x[0].narrow(1, width, width)), [randn([rows, 2 * width])], 2e-6);
    }

    [Fact]
    public void Gate_goes_back_where_only_the_other_factor_records()
    {
        using var scope = NewDisposeScope();
        var (gate, up) = (randn([4, 5]), randn([4, 5]).requires_grad_());
        var before = gate.clone();

        Fused.SiluMul(gate, up).sum().backward();

        equal(gate, before).ShouldBeTrue();
        up.grad!.ShouldAgreeWith(nn.functional.silu(gate.to(float64)), 1e-6);
    }

    [Theory]
    [InlineData(1, 1, 1, 2, 2, 0, false)]
    [InlineData(2, 33, 3, 64, 64, 0, false)]
    [InlineData(2, 5, 3, 20, 8, 12, false)]
    [InlineData(1, 9, 2, 16, 6, 0, true)]
    [InlineData(2, 5, 3, 20, 8, 12, true)]
    public void Rotary_follows_the_plain_form(long batch, long positions, long heads, long size, long rotated, long offset, bool interleaved)
    {
        using var scope = NewDisposeScope();
        var angles = randn([positions, rotated / 2]);
        Backward.ShouldFollow(x => Fused.Rotary(x[0], angles.cos().to(x[0].dtype), angles.sin().to(x[0].dtype), offset, interleaved), [randn([batch, positions, heads, size])], 2e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(7, 4099)]
    public void Likelihood_follows_the_plain_form(long tokens, long vocabulary)
    {
        using var scope = NewDisposeScope();
        var targets = tensor(Enumerable.Range(0, (int)tokens).Select(token => token * 31L % vocabulary).ToArray());
        Backward.ShouldFollow(x => Fused.TokenNll(x[0], targets), [randn([tokens, vocabulary]) * 4], 2e-6);
    }

    [Fact]
    public void Nothing_is_changed_that_was_saved()
    {
        using var scope = NewDisposeScope();
        var x = randn([1, 6, 2, 8]).requires_grad_();
        var angles = randn([6, 4]);
        var squared = x.square(); // whose square saves it

        (Fused.Rotary(squared, angles.cos(), angles.sin()).sum() + squared.square().sum()).backward();

        var expected = Backward.Recording([x], float64)[0];
        (Fused.Rotary(expected.square(), angles.cos().to(float64), angles.sin().to(float64)).sum() + expected.pow(4).sum()).backward();
        x.grad!.ShouldAgreeWith(expected.grad!, 1e-4);
    }

    [Fact]
    public void What_takes_the_place_of_something_saved_is_noticed()
    {
        using var scope = NewDisposeScope();
        var (gate, turned, recorded) = (randn([1, 2, 1, 4]), randn([1, 2, 1, 4]), randn([1, 2, 1, 4]).requires_grad_());
        var (first, second) = (recorded * gate, recorded * turned);

        Fused.SiluMul(gate, ones([1, 2, 1, 4]));
        Fused.Rotary(turned, ones([2, 2]), zeros([2, 2]));

        foreach (var product in (Tensor[])[first, second])
        {
            Should.Throw<ExternalException>(() => product.sum().backward()).Message.ShouldContain("modified by an inplace operation");
        }
    }

    [Fact]
    public void A_second_derivative_is_refused()
    {
        using var scope = NewDisposeScope();
        var x = randn([2, 8]).requires_grad_();

        Should.Throw<ExternalException>(() => autograd.grad([Fused.RmsNorm(x, ones([8]), 1e-5).sum()], [x], create_graph: true)).Message
            .ShouldBe("autograd.grad: harness::rms_norm has a first derivative only; create_graph asks for a second. Use float64, whose plain operators have both");
    }

    private static Tensor[] Heads(long batch, long positions, long heads, long shared, long size, long valueSize) =>
        [randn([batch, positions, heads, size]), randn([batch, positions, shared, size]), randn([batch, positions, shared, valueSize])];
}
