using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Recipes;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Adapters;

public sealed class LoraAdapterTests : IDisposable
{
    private static readonly LoraShape Shape = new(4, 16, 0, ["q_proj", "mlp.down_proj"]);

    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public LoraAdapterTests() => _model = CausalLM.Open(new TinyLlama().Write(_folder["model"]));

    [Fact]
    public void Begins_with_A_uniform_within_one_over_the_root_of_its_inputs_and_B_zero()
    {
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.New(_model, Shape, seed: 1);

        adapter.Linears.Select(linear => linear.Key).ShouldBe(
        [
            "model.layers.0.self_attn.q_proj.weight", "model.layers.0.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.mlp.down_proj.weight",
        ]);
        foreach (var (name, low) in adapter.Linears)
        {
            var inputs = name.Contains("down_proj", StringComparison.Ordinal) ? 48 : 32;
            low.A.shape.ShouldBe([4, inputs]);
            low.B.shape.ShouldBe([32, 4]);
            low.A.abs().max().item<float>().ShouldBeInRange(0.9f / MathF.Sqrt(inputs), 1 / MathF.Sqrt(inputs));
            low.A.mean().item<float>().ShouldBe(0, 0.25f / MathF.Sqrt(inputs));
            low.B.count_nonzero().item<long>().ShouldBe(0);
            low.Scale.ShouldBe(4);
        }
    }

    [Fact]
    public void Is_the_same_for_the_same_seed_and_no_other()
    {
        using var scope = NewDisposeScope();
        using var one = LoraAdapter.New(_model, Shape, seed: 1);
        using var same = LoraAdapter.New(_model, Shape, seed: 1);
        using var other = LoraAdapter.New(_model, Shape, seed: 2);

        TensorFile.Same(one.Linears[3].Value.A, same.Linears[3].Value.A).ShouldBeTrue();
        TensorFile.Same(one.Linears[3].Value.A, other.Linears[3].Value.A).ShouldBeFalse();
        TensorFile.Same(one.Linears[0].Value.A, one.Linears[2].Value.A).ShouldBeFalse();
    }

    [Fact]
    public void Takes_all_linears_where_none_are_named() =>
        LoraAdapter.Targets(_model, []).Select(target => target.Parameter).ShouldBe(_model.Linears.Select(linear => linear.Parameter));

    [Fact]
    public void Says_which_linears_there_are_where_none_is_of_that_name() =>
        Should.Throw<InputException>(() => LoraAdapter.New(_model, Shape with { Targets = ["query", "proj"] }, 0)).Message.ShouldBe(
            $"{_model.Folder.Path} has no linear named query, proj. Use --targets with some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or all.");

    public void Dispose()
    {
        _model.Dispose();
        _model.Folder.Release();
        _folder.Dispose();
    }
}
