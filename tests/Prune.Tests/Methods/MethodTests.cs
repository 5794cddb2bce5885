using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests.Methods;

public sealed class MethodTests
{
    [Fact]
    public void Wanda_prunes_by_weight_times_input_norm_within_each_row()
    {
        using var scope = NewDisposeScope();
        using var statistics = Statistics(tensor(new float[,] { { 1, 10, 1, 1 } }), StatisticKinds.ColumnSquares);
        var w = tensor(new float[,] { { 1, 0.2f, -3, 4 }, { -5, 0.1f, 6, 0.5f } });

        var pruned = new Wanda().Prune(Linear(w, statistics), Sparsity.Parse("0.5")).Weight;

        pruned.data<float>().ToArray().ShouldBe([0, 0, -3, 4, -5, 0, 6, 0]);
    }

    [Fact]
    public void Magnitude_prunes_the_smallest_of_the_matrix()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[,] { { 1, -2, 3 }, { -4, 5, -6 } });

        new Magnitude().Prune(Linear(w), Sparsity.Parse("0.5")).Weight.data<float>().ToArray().ShouldBe([0, 0, 0, 0, 5, -6]);
    }

    /// <summary>Optimal brain surgeon by its definition: after every column the remaining weights of the row minimise the output error given those that are fixed.</summary>
    [Theory]
    [InlineData("0.5")]
    [InlineData("2:4")]
    public void SparseGpt_compensates_as_the_least_squares_solution_does(string sparsity)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (w, x) = (randn([5, 8]), randn([64, 8]));
        using var statistics = Statistics(x, StatisticKinds.Gram);

        var pruned = new SparseGpt().Prune(Linear(w, statistics), Sparsity.Parse(sparsity)).Weight;

        var h = statistics.Hessian();
        var damped = h + eye(8, float64) * (h.diagonal().mean().item<double>() * 0.01);
        var expected = Surgeon(w.to(float64), damped, pruned.ne(0));
        allclose(pruned.to(float64), expected, 1e-4, 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void SparseGpt_refuses_groups_that_do_not_divide_its_block() =>
        Should.Throw<InputException>(() => new SparseGpt().Check(Sparsity.Parse("2:3"))).Message.ShouldBe(
            "Sparsity '2:3' is not supported by sparsegpt: groups of 3 do not divide its block of 128 columns. Use 2:4, 4:8 or a ratio.");

    [Fact]
    public void Unknown_method_is_refused_with_the_nearest_known() =>
        Should.Throw<InputException>(() => PruningMethods.Named("wnda")).Message.ShouldBe("Unknown method 'wnda'. Did you mean 'wanda'? Known: " + string.Join(", ", PruningMethods.Known) + ".");

    // Column j fixed at its value: the free columns right of it move by −e·(H_RR)⁻¹·H_Rj, where e is what column j lost.
    private static Tensor Surgeon(Tensor w, Tensor h, Tensor kept)
    {
        var result = w.clone();
        for (var j = 0; j < 8; j++)
        {
            var lost = result.select(1, j) * kept.select(1, j).logical_not().to(float64);
            result.select(1, j).sub_(lost);
            if (j < 7)
            {
                var rest = 7 - j;
                var move = linalg.inv(h.narrow(0, j + 1, rest).narrow(1, j + 1, rest)).mm(h.narrow(0, j + 1, rest).narrow(1, j, 1));
                result.narrow(1, j + 1, rest).add_(outer(lost, move.flatten()));
            }
        }

        return result;
    }

    private static PrunableLinear Linear(Tensor w, InputStatistics? statistics = null) => new(0, new Linear("self_attn.q_proj", "model.layers.0.self_attn.q_proj.weight", w, null), statistics);

    private static InputStatistics Statistics(Tensor x, StatisticKinds kinds)
    {
        var statistics = new InputStatistics(x.shape[1], kinds, CPU);
        statistics.Add(x.unsqueeze(0));
        return statistics;
    }
}
