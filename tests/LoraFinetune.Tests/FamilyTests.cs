using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Training;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests;

/// <summary>Every family of the reference pack learns by every recipe, and keeps its zeros.</summary>
public sealed class FamilyTests
{
    // its norms have no weights, and its linears no biases
    private const string WithoutNorms = "olmo";

    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var family in ReferenceFamilies.All)
            {
                cases.Add(family, "wanda");
                cases.Add(family, "full");
                if (family != WithoutNorms)
                {
                    cases.Add(family, "perp");
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Learns_and_keeps_every_zero(string family, string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        using var masks = SparsityMasks.Of(model, Masks(model, folder));
        var recipe = TinyTraining.Recipe(name, [("lr", name == "full" ? 0.003 : 0.02), ("steps", 6), ("eval-every", 0), .. name == "wanda" ? new (string, object)[] { ("targets", "all"), ("dropout", 0.1) } : []]);
        var rows = TinyTraining.Rows(2, 14, Math.Min(model.Config.VocabSize, 90));
        using var weights = TinyTraining.Weights(model, recipe, masks);

        var curve = new Trainer(model, weights, recipe, rows) { Evaluation = rows }.Run();

        curve.EvalLossAfter!.Value.ShouldBeLessThan(curve.EvalLossBefore!.Value);
        foreach (var (parameter, kept) in masks.Kept)
        {
            var value = weights.Tensors.FirstOrDefault(tensor => tensor.Name == parameter)?.Value ?? masks.Applied[parameter];
            value.detach().ne(0).logical_and(kept.logical_not()).sum().item<long>().ShouldBe(0, parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Blocks_computed_anew_drop_and_make_the_same(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        var recipe = TinyTraining.Recipe("wanda", ("targets", "all"), ("dropout", 0.2), ("steps", 3), ("warmup", 0));
        var rows = TinyTraining.Rows(4, 14, Math.Min(model.Config.VocabSize, 90));

        var (kept, anew) = (Run(false), Run(true));

        anew.Curve.ShouldBe(kept.Curve);
        anew.Values.ShouldBe(kept.Values);

        (string Curve, float[] Values) Run(bool checkpointing)
        {
            using var weights = TinyTraining.Weights(model, recipe);
            var curve = new Trainer(model, weights, recipe, rows) { Checkpointing = checkpointing }.Run();
            return (TinyTraining.Text(curve), TinyTraining.Values(weights));
        }
    }

    [Fact]
    public void Says_that_a_model_has_no_norms_to_train()
    {
        using var model = CausalLM.Open(ReferencePack.Path("families", WithoutNorms));

        Should.Throw<InputException>(() => TinyTraining.Weights(model, TinyTraining.Recipe("perp"))).Message.ShouldBe(
            $"{model.Folder.Path} has neither norms with weights nor biases, so there is nothing to train. Use recipe wanda or full.");
    }

    /// <summary>Half of every linear.</summary>
    private static string Masks(CausalLM model, TemporaryFolder folder) => TensorFile.Write(
        folder["masks.safetensors"], model.Linears.ToDictionary(linear => linear.Parameter, linear => PackedMask.Of(model.Folder.Load(linear.Parameter).view(-1, 2).mul(tensor(new float[] { 1, 0 })))));
}
