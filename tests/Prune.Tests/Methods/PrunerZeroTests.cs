using System.Runtime.InteropServices;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests.Methods;

public sealed class PrunerZeroTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("W", StatisticKinds.None)]
    [InlineData("mul(W, sqrt(X))", StatisticKinds.ColumnSquares)]
    public void Needs_only_what_its_tree_uses(string tree, StatisticKinds needs) => Method("pruner-zero", tree).Needs.ShouldBe(needs);

    [Fact]
    public void Asks_for_gradients_where_its_tree_uses_them() => Should.Throw<InputException>(() => PruningMethods.Named("pruner-zero")).Message.ShouldBe(
        "The tree mul(abs(mul(W, W)), mms(G)) needs gradients. Give --gradients FILE, which harness gradients writes.");

    [Theory]
    [InlineData("mms(sub(W, W))", "The tree mms(sub(W, W)) is NaN for 32 of 32 weights of mlp.up_proj, so they have no order. Use another tree.")]
    [InlineData("mul(sub(W, W), div(W, sub(W, W)))", "The tree mul(sub(W, W), div(W, sub(W, W))) is NaN for 32 of 32 weights of mlp.up_proj, so they have no order. Use another tree.")]
    public void Refuses_a_tree_without_an_order(string tree, string sentence)
    {
        using var scope = NewDisposeScope();
        Should.Throw<InputException>(() => Method("pruner-zero", tree).Prune(Linear(rand([4, 8])), Sparsity.Parse("0.5"))).Message.ShouldBe(sentence);
    }

    [Fact]
    public void Orders_negative_and_infinite_values_and_both_zeros()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[,] { { 0.5f, 2, 0, 1, 95, 3, 4, 5 } });

        // −w: the largest weights go; exp overflows to infinity, negative and last
        Pruned("neg(exp(W))", w).ShouldBe([0.5f, 2, 0, 1, 0, 0, 0, 0]);
        // 0 · −w: −0 ties with 0, and the lower columns go
        Pruned("mul(sub(W, W), neg(W))", w).ShouldBe([0, 0, 0, 0, 95, 3, 4, 5]);

        static float[] Pruned(string tree, Tensor w) => Method("pruner-zero", tree).Prune(Linear(w), Sparsity.Parse("0.5")).Weight.data<float>().ToArray();
    }

    [Fact]
    public void A_tree_of_X_alone_prunes_the_same_inputs_of_every_row()
    {
        using var scope = NewDisposeScope();
        using var statistics = Statistics(tensor(new float[,] { { 3, 1, 2, 4 } }), StatisticKinds.ColumnSquares);

        var pruned = Method("pruner-zero", "X").Prune(Linear(ones([2, 4]), statistics), Sparsity.Parse("0.5")).Weight;

        pruned.data<float>().ToArray().ShouldBe([1, 0, 0, 1, 1, 0, 0, 1]);
    }

    /// <summary>With Wanda's metric as the tree, the ablations are those of Wanda, whose numbers the authors' code gives.</summary>
    [Theory]
    [InlineData("seq", "0.5")]
    [InlineData("seq", "2:4")]
    [InlineData("iter", "0.5")]
    [InlineData("iter", "2:4")]
    [InlineData("iter", "4:8")]
    public void Ablations_with_wandas_metric_are_wandas(string mode, string sparsity)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var w = randn([24, 300]);
        using var statistics = Statistics(randn([900, 300]) * rand([300]), StatisticKinds.Gram | StatisticKinds.ColumnSquares);
        var wanda = PruningMethods.Named($"ablate_wanda_{mode}", new Dictionary<string, string> { ["scaling"] = "clean" });

        var expected = wanda.Prune(Linear(w, statistics), Sparsity.Parse(sparsity)).Weight;
        var pruned = Method($"ablate_prunerzero_{mode}", "mul(W, sqrt(X))").Prune(Linear(w, statistics), Sparsity.Parse(sparsity)).Weight;

        equal(pruned.ne(0), expected.ne(0)).ShouldBeTrue();
        allclose(pruned, expected, 1e-4, 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void A_sweep_in_steps_of_a_group_is_the_same_as_in_blocks()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var w = randn([24, 300]);
        using var statistics = Statistics(randn([900, 300]), StatisticKinds.Gram | StatisticKinds.ColumnSquares);
        const string tree = "mul(mms(W), zsn(mul(W, X)))";

        var blocks = Method("ablate_prunerzero_iter", tree).Prune(Linear(w, statistics), Sparsity.Parse("2:4")).Weight;
        var groups = Method("ablate_prunerzero_iter", tree, ("block-size", "4")).Prune(Linear(w, statistics), Sparsity.Parse("2:4")).Weight;

        equal(groups.ne(0), blocks.ne(0)).ShouldBeTrue();
        allclose(groups, blocks, 1e-4, 1e-5).ShouldBeTrue();
    }

    [Fact]
    public void Takes_the_gradients_of_the_rows_that_it_prunes()
    {
        using var scope = NewDisposeScope();
        var path = Gradients(("l2.mlp.up_proj_layer_0", [3, 2], [1, 2, 30, 20, 5, 6]));
        var method = PruningMethods.Named("pruner-zero", new Dictionary<string, string> { ["gradients"] = path, ["tree"] = "mul(W, G)" });

        method.Prune(Linear(ones([3, 2])), Sparsity.Parse("0.5")).Weight.data<float>().ToArray().ShouldBe([0, 1, 1, 0, 0, 1]);
        method.Prune(Linear(ones([2, 2])) with { Rows = tensor([1L, 2L]) }, Sparsity.Parse("0.5")).Weight.data<float>().ToArray().ShouldBe([1, 0, 0, 1]);
    }

    [Fact]
    public void Refuses_gradients_of_another_model()
    {
        using var model = CausalLM.Open(new TinyLlama().Write(_folder["model"]));

        var path = Gradients(("l2.mlp.up_proj_layer_0", [2, 2], new float[4]));
        Should.Throw<InputException>(() => Gblm().Check(model, [.. model.LinearLayoutsOf(0)])).Message.ShouldBe($"{path} has no tensor 'l2.self_attn.q_proj_layer_0'. It holds: l2.mlp.up_proj_layer_0.");

        Gradients(("self_attn.q_proj_layer_0", [2, 2], new float[4]));
        Should.Throw<InputException>(() => Gblm().Check(model, [.. model.LinearLayoutsOf(0)])).Message.ShouldBe(
            $"{path}: self_attn.q_proj_layer_0 has shape [2, 2]; the model's weight has [32, 32]. Are the gradients of this model?");

        PruningMethod Gblm() => PruningMethods.Named("gblm", new Dictionary<string, string> { ["gradients"] = path });
    }

    private string Gradients((string Name, long[] Shape, float[] Values) tensor)
    {
        using var stream = File.Create(_folder["gradients.safetensors"]);
        var writer = new SafetensorsWriter(stream, [new StoredTensor(tensor.Name, ElementType.Float32, tensor.Shape)]);
        writer.Write(tensor.Name, MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        writer.Complete();
        return stream.Name;
    }

    private static PruningMethod Method(string name, string tree, params (string Name, string Value)[] options) =>
        PruningMethods.Named(name, options.Append(("tree", tree)).ToDictionary());

    private static PrunableLinear Linear(Tensor w, InputStatistics? statistics = null) => new(0, new Linear("mlp.up_proj", "model.layers.0.mlp.up_proj.weight", w, null), statistics);

    private static InputStatistics Statistics(Tensor x, StatisticKinds kinds)
    {
        var statistics = new InputStatistics(x.shape[1], kinds, CPU);
        statistics.Add(x.unsqueeze(0));
        return statistics;
    }
}
