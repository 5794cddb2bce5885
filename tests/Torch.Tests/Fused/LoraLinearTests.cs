using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class LoraLinearTests
{
    private static readonly DropoutPattern Pattern = new(0.3, -5, 1L << 40, 4_294_967_290);

    /// <summary>Ranks and widths that fill tiles and that do not, several shares of rows, one row.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(7, 19, 5, 3)]
    [InlineData(48, 64, 32, 8)]
    [InlineData(49, 576, 192, 8)]
    [InlineData(200, 65, 17, 16)]
    [InlineData(101, 33, 70, 40)]
    public void Follows_the_plain_form(long rows, long inputs, long outputs, long rank)
    {
        using var scope = NewDisposeScope();
        foreach (var dropout in (DropoutPattern?[])[null, Pattern])
        {
            var (x, weight, a, b) = Operands(rows, inputs, outputs, rank);
            var bias = randn([outputs]);

            Fused.LoraLinear(x, weight, bias, a, b, 1.7, dropout).ShouldAgreeWith(Wide(x, weight, bias, a, b, 1.7, dropout), 2e-5 * inputs);
            Backward.ShouldFollow(leaves => Of(leaves[0], weight, bias, leaves[1], leaves[2], 1.7, dropout), [x, a, b], 1e-5);
        }
    }

    [Fact]
    public void Goes_back_where_its_input_records_nothing()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(20, 30, 12, 4);

        Backward.ShouldFollow(leaves => Of(x, weight, null, leaves[0], leaves[1], 2, Pattern), [a, b], 1e-5);
    }

    [Fact]
    public void Makes_something_that_others_may_add_to()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(20, 30, 12, 4);

        Backward.ShouldFollow(leaves => Of(leaves[0], weight, null, leaves[1], leaves[2], 2, Pattern).add_(leaves[3]), [x, a, b, randn([1, 20, 12])], 1e-5);
    }

    /// <summary>Several adapters read the result of a norm and of a gate, which they make again from what those have saved.</summary>
    [Fact]
    public void Makes_what_it_read_again()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(50, 48, 40, 4);
        var (x2, weight2, a2, b2) = Operands(50, 40, 24, 2);
        var other = randn([40, 48]);

        Backward.ShouldFollow(
            leaves =>
            {
                var read = Fused.RmsNorm(leaves[0], leaves[1], 1e-5);
                var gated = Fused.SiluMul(Of(read, weight, null, leaves[2], leaves[3], 2, Pattern), Of(read, other, null, leaves[2], leaves[3], 1, Pattern with { Stream = 3 }));
                return Of(gated, weight2, null, leaves[4], leaves[5], 2, Pattern with { Stream = 4 }) + Of(leaves[6].square(), weight2, null, leaves[4], leaves[5], 1, null);
            },
            [x, randn([48]), a, b, a2, b2, x2],
            2e-4);
    }

    [Fact]
    public void Saves_no_input_that_is_made_again()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(10, 16, 8, 2);
        var read = Fused.RmsNorm(x.requires_grad_(), ones([16]), 1e-5);
        var made = Fused.LoraLinear(read, weight, null, a.requires_grad_(), b, 1);
        using (no_grad())
        {
            read.zero_(); // which autograd would notice, had it been saved
        }

        made.sum().backward();

        var expected = Backward.Recording([x, a], float64);
        Wide(Fused.RmsNorm(expected[0], ones([16], float64), 1e-5), weight, null, expected[1], b, 1, null).sum().backward();
        x.grad!.ShouldAgreeWith(expected[0].grad!, 1e-5);
        a.grad!.ShouldAgreeWith(expected[1].grad!, 1e-5);
    }

    [Fact]
    public void Drops_what_counter_dropout_drops()
    {
        using var scope = NewDisposeScope();
        var x = ones([3, 33, 70]);
        foreach (var feature in (long[])[0, 1, 63, 64, 69])
        {
            var a = zeros([1, 70]);
            a.select(1, feature).fill_(1);

            var made = Fused.LoraLinear(x, zeros([1, 70]), null, a, ones([1, 1]), 1, Pattern);

            equal(made.select(2, 0), Fused.CounterDropout(x, Pattern.Share, Pattern.Seed, Pattern.Stream, Pattern.Offset).select(2, feature)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Gives_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var (x, _, a, b) = Operands(300, 40, 24, 4);
        var weight = zeros([24, 40]); // whose products are BLAS's
        var threads = get_num_threads();
        var before = Made();
        try
        {
            set_num_threads(1);

            Made().Zip(before, equal).ShouldAllBe(same => same);
        }
        finally
        {
            set_num_threads(threads);
        }

        IEnumerable<Tensor> Made()
        {
            var leaves = Backward.Recording([x, a, b], float32);
            var made = Of(leaves[0], weight, null, leaves[1], leaves[2], 2, Pattern);
            return [made, .. autograd.grad([made.square().sum()], leaves)];
        }
    }

    [Fact]
    public void Leaves_a_weight_that_records_to_plain_operators()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(20, 30, 12, 4);

        Backward.ShouldFollow(leaves => Of(leaves[0], leaves[1], leaves[2], leaves[3], leaves[4], 2, Pattern), [x, weight, randn([12]), a, b], 1e-5);
    }

    [Fact]
    public void In_halves_adds_in_the_type_of_the_adapter()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, b) = Operands(9, 32, 16, 4);
        var (half, narrow) = (x.to(bfloat16), weight.to(bfloat16));

        var made = Fused.LoraLinear(half, narrow, null, a, b, 2, Pattern);

        made.dtype.ShouldBe(bfloat16);
        made.ShouldAgreeWith(Wide(half, narrow, null, a, b, 2, Pattern), 0.5);
    }

    [Fact]
    public void Refuses_shapes_that_do_not_fit()
    {
        using var scope = NewDisposeScope();
        var (x, weight, a, _) = Operands(5, 8, 4, 2);

        Should.Throw<ExternalException>(() => Fused.LoraLinear(x, weight, null, a, ones([3, 2]), 1)).Message.ShouldBe(
            "harness::lora_linear: x [1, 5, 8], weight [4, 8], A [2, 8] and B [3, 2] must be [..., in], [out, in], [rank, in] and [out, rank], a bias [out]");
    }

    private static (Tensor X, Tensor Weight, Tensor A, Tensor B) Operands(long rows, long inputs, long outputs, long rank) =>
        (randn([1, rows, inputs]), randn([outputs, inputs]), randn([rank, inputs]), randn([outputs, rank]));

    private static Tensor Of(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scale, DropoutPattern? dropout) =>
        Fused.LoraLinear(x.to(a.dtype), weight.to(a.dtype), bias?.to(a.dtype), a, b, scale, dropout);

    private static Tensor Wide(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scale, DropoutPattern? dropout) =>
        Fused.LoraLinear(x.to(float64), weight.to(float64), bias?.to(float64), a.to(float64), b.to(float64), scale, dropout);
}
