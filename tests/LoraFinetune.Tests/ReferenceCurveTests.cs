using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests;

/// <summary>Step by step what PEFT and PyTorch do, on every case of the reference pack.</summary>
public sealed class ReferenceCurveTests
{
    private const double Relative = 1e-4;

    [Theory]
    [InlineData("lora-qv")]
    [InlineData("lora-all")]
    [InlineData("lora-qv-sentencepiece")]
    public void Lora_follows_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        using var given = new LoraCase(name);
        using var weights = new LoraWeights(PeftFolder.Read(Path.Combine(given.Folder, "adapter-initial"), given.Model), dropout: 0, seed: 0);

        var curve = new Trainer(given.Model, weights, given.Recipe, given.Training) { Evaluation = given.Evaluation }.Run();

        Follows(given, curve);
        using var final = given.OpenFile(Path.Combine("adapter-final", "adapter_model.safetensors"));
        foreach (var tensor in weights.Tensors)
        {
            Near(tensor.Value.detach(), final.Load(tensor.Name), 1e-3, tensor.Name);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sparse_full_fine_tuning_follows_the_reference_and_keeps_every_zero(bool checkpointing)
    {
        using var scope = NewDisposeScope();
        using var given = new LoraCase("sparse-full");
        using var masks = SparsityMasks.Of(given.Model, given.MasksPath);
        using var weights = new OwnWeights(given.Model, TrainedPart.Full, masks);

        var curve = new Trainer(given.Model, weights, given.Recipe, given.Training) { Evaluation = given.Evaluation, Checkpointing = checkpointing }.Run();

        Follows(given, curve);
        using var final = given.OpenFile("finetuned.safetensors");
        foreach (var tensor in weights.Tensors)
        {
            masks.Filled(tensor.Name, tensor.Value).ShouldBe(0);
            var name = final.Header.Find(tensor.Name) is null ? "model.embed_tokens.weight" : tensor.Name;
            Near(tensor.Value.detach(), final.Load(name), 1e-3, tensor.Name);
        }
    }

    private static void Follows(LoraCase given, TrainingCurve curve)
    {
        All(curve.LearningRate, given.Numbers("learning_rate"), 1e-12);
        All(curve.Loss, given.Numbers("loss"), Relative);
        All(curve.GradNorm, given.Numbers("grad_norm_before_clipping"), 10 * Relative);
        curve.EvalLossBefore!.Value.ShouldBe(given.Number("eval_loss_before"), Relative * given.Number("eval_loss_before"));
        curve.EvalLossAfter!.Value.ShouldBe(given.Number("eval_loss_after"), Relative * given.Number("eval_loss_after"));
    }

    private static void All(IReadOnlyList<double> found, IReadOnlyList<double> expected, double relative)
    {
        found.Count.ShouldBe(expected.Count);
        for (var step = 0; step < expected.Count; step++)
        {
            found[step].ShouldBe(expected[step], relative * Math.Abs(expected[step]) + 1e-15, $"step {step}");
        }
    }

    /// <summary>Relative to the largest element.</summary>
    private static void Near(Tensor found, Tensor expected, double relative, string name)
    {
        var largest = expected.abs().max().item<double>();
        found.sub(expected).abs().max().item<double>().ShouldBeLessThanOrEqualTo(relative * largest, name);
    }
}
