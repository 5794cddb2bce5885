using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

/// <summary>Kernels that add to the gradient a weight has.</summary>
public sealed class LearningWeightTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_linear_follows_the_plain_form(bool biased)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [randn([2, 17, 30]), randn([12, 30]), .. biased ? [randn([12])] : Array.Empty<Tensor>()];

        Backward.ShouldFollow(leaves => Fused.Linear(leaves[0], leaves[1], biased ? leaves[2] : null), inputs, 1e-5);
    }

    [Fact]
    public void A_linear_goes_back_where_its_input_records_nothing()
    {
        using var scope = NewDisposeScope();
        var x = randn([5, 30]);

        Backward.ShouldFollow(leaves => Fused.Linear(x.to(leaves[0].dtype), leaves[0]), [randn([12, 30])], 1e-5);
    }

    [Fact]
    public void A_linear_makes_something_that_others_may_add_to()
    {
        using var scope = NewDisposeScope();

        Backward.ShouldFollow(leaves => Fused.Linear(leaves[0], leaves[1], leaves[2]).add_(leaves[3]), [randn([2, 3, 8]), randn([5, 8]), randn([5]), randn([2, 3, 5])], 1e-5);
    }

    [Fact]
    public void Rows_of_a_table_follow_the_plain_form()
    {
        using var scope = NewDisposeScope();

        Backward.ShouldFollow(leaves => Fused.TableRows(leaves[0], tensor([3L, 0, 3, 6])), [randn([7, 5])], 1e-6);
    }

    /// <summary>A tied table: rows of it are read, and it is the head.</summary>
    [Fact]
    public void Gradients_add_up_to_those_of_the_plain_form()
    {
        using var scope = NewDisposeScope();
        var (table, other) = (randn([7, 5]).requires_grad_(), randn([5, 5]).requires_grad_());
        var (wideTable, wideOther) = (table.detach().to(float64).requires_grad_(), other.detach().to(float64).requires_grad_());
        for (var step = 0; step < 3; step++)
        {
            var ids = tensor([3L, step, 3, 6]);

            Loss(table, other, ids).backward();
            Loss(wideTable, wideOther, ids).backward();

            foreach (var (found, expected) in new[] { (table.grad!, wideTable.grad!), (other.grad!, wideOther.grad!) })
            {
                found.ShouldAgreeWith(expected, 1e-5 * Math.Max(1, expected.abs().max().item<double>()));
            }
        }

        static Tensor Loss(Tensor table, Tensor other, Tensor ids) => Fused.Linear(Fused.Linear(Fused.TableRows(table, ids), other), table).square().sum();
    }

    [Fact]
    public void The_gradient_that_is_there_grows_in_place()
    {
        using var scope = NewDisposeScope();
        var (weight, table, x) = (zeros([3, 4]).requires_grad_(), zeros([2, 4]).requires_grad_(), ones([2, 4]));
        Back();
        var (ofWeight, ofTable) = (weight.grad!, table.grad!);

        Back();

        ofWeight.ShouldAgreeWith(full([3, 4], 4.0), 0);
        ofTable.ShouldAgreeWith(tensor([2f, 2, 2, 2, 0, 0, 0, 0]).view(2, 4), 0);

        void Back() => (Fused.Linear(x, weight).sum() + Fused.TableRows(table, tensor([0L])).sum()).backward();
    }

    [Fact]
    public void Asking_for_a_gradient_leaves_the_one_that_is_there()
    {
        using var scope = NewDisposeScope();
        var (weight, table, x) = (zeros([3, 4]).requires_grad_(), zeros([2, 4]).requires_grad_(), ones([2, 4]));
        Sum().backward();

        var found = autograd.grad([Sum()], [weight, table]);

        found[0].ShouldAgreeWith(full([3, 4], 2.0), 0);
        found[1].sum().item<float>().ShouldBe(4);
        weight.grad!.ShouldAgreeWith(full([3, 4], 2.0), 0);
        table.grad!.sum().item<float>().ShouldBe(4);

        Tensor Sum() => Fused.Linear(x, weight).sum() + Fused.TableRows(table, tensor([0L])).sum();
    }

    [Fact]
    public void A_second_derivative_is_refused()
    {
        using var scope = NewDisposeScope();
        var weight = ones([3, 4]).requires_grad_();

        Should.Throw<Exception>(() => autograd.grad([Fused.Linear(ones([2, 4]), weight).square().sum()], [weight], create_graph: true)).Message.ShouldContain("create_graph");
    }
}
