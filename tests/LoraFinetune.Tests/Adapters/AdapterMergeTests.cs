using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Adapters;

public sealed class AdapterMergeTests
{
    private const double Relative = 1e-4;

    [Theory]
    [InlineData("lora-qv")]
    [InlineData("lora-all")]
    [InlineData("lora-qv-sentencepiece")]
    public void Merged_weights_and_the_loss_under_masks_are_the_reference_s(string name)
    {
        using var scope = NewDisposeScope();
        using var given = new LoraCase(name);
        using var masks = SparsityMasks.Of(given.Model, given.MasksPath);
        using var adapter = PeftFolder.Read(Path.Combine(given.Folder, "adapter-final"), given.Model);

        using var expected = given.OpenFile("merged.safetensors");
        var (plain, masked) = (AdapterMerge.Merged(given.Model, adapter, masks, MergeForm.Plain), AdapterMerge.Merged(given.Model, adapter, masks, MergeForm.Masked));
        var (filled, kept) = (0L, 0L);
        foreach (var (parameter, merged) in plain)
        {
            var weight = merged();
            weight.sub(expected.Load(parameter)).abs().max().item<float>().ShouldBeLessThan(1e-5f, parameter);
            filled += masks.Filled(parameter, weight);
            kept += masks.Filled(parameter, masked[parameter]());
        }

        (filled, kept).ShouldBe(((long)given.Number("pruned_zeros_filled_by_plain_merge"), 0));
        Loss(given, masked).ShouldBe(given.Number("eval_loss_masked_merge"), Relative * given.Number("eval_loss_masked_merge"));
        Loss(given, plain).ShouldBe(given.Number("eval_loss_after"), Relative * given.Number("eval_loss_after"));
    }

    [Fact]
    public void Filling_zeros_is_refused_with_their_number()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = CausalLM.Open(new TinyLlama { Change = (name, values) => values[0] = name.Contains("v_proj", StringComparison.Ordinal) ? 0 : values[0] }.Write(folder["model"]));
        using var masks = SparsityMasks.Of(model);

        Should.Throw<InputException>(() => AdapterMerge.RefuseToFill(model.Linears.Select(linear => linear.Parameter), masks)).Message.ShouldBe(
            "Merging would fill 2 pruned weights, all that the linears with adapters have, and the model would no longer be sparse. "
            + "Use --merge masked, which keeps them 0, or leave --merge out and evaluate by score --adapter.");
        Should.NotThrow(() => AdapterMerge.RefuseToFill(model.Linears.Select(linear => linear.Parameter).Where(name => name.Contains("q_proj", StringComparison.Ordinal)), masks));
        model.Folder.Release();
    }

    [Fact]
    public void Weights_that_lie_as_in_and_out_are_merged_as_they_lie()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", "gpt2"));
        using var masks = SparsityMasks.Of(model);
        using var adapter = LoraAdapter.New(model, new LoraShape(2, 4, 0, []), 0);
        var random = new Random(0); // torch's own is shared with the tests beside this one
        foreach (var (_, low) in adapter.Linears)
        {
            low.B.copy_(tensor(Enumerable.Range(0, (int)low.B.numel()).Select(_ => random.NextSingle() - 0.5f).ToArray()).view(low.B.shape).mul(0.4));
        }

        var rows = TinyTraining.Rows(2, 12, Math.Min(model.Config.VocabSize, 90));
        var before = HeldOutLoss.Of(model, rows);
        model.Overlay = adapter.Overlay;
        var beside = HeldOutLoss.Of(model, rows);
        model.Overlay = WeightOverlay.None with { Tensors = AdapterMerge.Merged(model, adapter, masks, MergeForm.Plain).ToDictionary(weight => weight.Key, weight => weight.Value()) };

        HeldOutLoss.Of(model, rows).ShouldBe(beside, 1e-5);
        Math.Abs(beside - before).ShouldBeGreaterThan(1e-3, $"{before} and {beside}");
        model.Folder.Release();
    }

    private static double Loss(LoraCase given, IReadOnlyDictionary<string, Func<Tensor>> weights)
    {
        given.Model.Overlay = WeightOverlay.None with { Tensors = weights.ToDictionary(weight => weight.Key, weight => weight.Value()) };
        return HeldOutLoss.Of(given.Model, given.Evaluation);
    }
}
