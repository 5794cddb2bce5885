using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Training;

/// <summary>A model that computes in bfloat16 beside the same one in float32: what is trained is float32 in both.</summary>
public sealed class BFloat16Tests
{
    // bfloat16 has 8 bits of mantissa
    private const double Relative = 0.02;

    [Theory]
    [InlineData("wanda")]
    [InlineData("full")]
    [InlineData("perp")]
    public void Trains_as_in_float32_within_rounding(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = new TinyLlama { IsBFloat16 = true }.Write(folder["model"]);

        var (half, single) = (Curve(path, name, bfloat16), Curve(path, name, float32));

        half.EvalLossAfter!.Value.ShouldBeLessThan(half.EvalLossBefore!.Value - 0.02);
        half.Loss.Count.ShouldBe(single.Loss.Count);
        half.Loss.Zip(single.Loss).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < Relative * pair.Second);
        half.GradNorm.Zip(single.GradNorm).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 10 * Relative * pair.Second);
        half.EvalLossAfter!.Value.ShouldBe(single.EvalLossAfter!.Value, Relative * single.EvalLossAfter!.Value);
        TinyTraining.Text(half).ShouldNotBe(TinyTraining.Text(single));
    }

    private static TrainingCurve Curve(string path, string name, ScalarType type)
    {
        using var model = CausalLM.Open(path, type);
        var (recipe, rows) = (TinyTraining.Recipe(name, ("steps", 20)), TinyTraining.Rows(6, 12));
        using var weights = TinyTraining.Weights(model, recipe);
        weights.Tensors.ShouldAllBe(tensor => tensor.Value.dtype == float32);
        var curve = new Trainer(model, weights, recipe, rows) { Evaluation = rows }.Run();
        model.Folder.Release();
        return curve;
    }
}
