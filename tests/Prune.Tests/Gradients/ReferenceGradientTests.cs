using Harness.Models;
using Harness.Models.Backward;
using Harness.Models.Checkpoints;
using Harness.Prune.Gradients;

namespace Harness.Prune.Tests.Gradients;

/// <summary>Gradient statistics of the authors' code.</summary>
public sealed class ReferenceGradientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("stories260k", false)]
    [InlineData("stories260k", true)]
    [InlineData("tinystories-656k", false)]
    public void Statistics_are_those_of_the_authors_code(string name, bool onDisk)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("models", name));
        using var expected = SafetensorsFile.Open(ReferencePack.Path("pruning", "gradients", $"{name}.safetensors"));
        var ids = expected.Load("calibration_ids");
        using var inputs = BlockInputs.Of(model, HiddenStates.Embed(model, ids.data<int>().ToArray(), (int)ids.shape[1]), onDisk ? _folder.Path : null);
        var walk = new GradientWalk(model, sumType: float16);

        foreach (var linear in walk.Steps(inputs, ids.to(int64)))
        {
            var key = GradientKeys.Of(linear.Linear.Name, linear.Layer);
            using var l2 = linear.L2();
            Steps(l2.to(float16), expected.Load($"l2.{key}")).ShouldBeLessThanOrEqualTo(1, $"l2.{key}");
            Steps(linear.L1, expected.Load($"l1.{key}")).ShouldBeLessThanOrEqualTo(2, $"l1.{key}"); // each sample is rounded, and each sum
            if (expected.Header.Find($"l2_float32.{key}") is not null)
            {
                allclose(l2, expected.Load($"l2_float32.{key}"), 1e-4, 1e-6).ShouldBeTrue(key);
            }
        }
    }

    [Theory]
    [InlineData("l2")]
    [InlineData("l1")]
    public void Files_of_torch_save_hold_the_same_as_safetensors(string statistic)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("models", "stories260k"));
        var pickled = GradientFile.Open(ReferencePack.Path("pruning", "gradients", $"gradients_aggregrate_norm_{statistic}_model_stories260k_4_0.pth"), statistic);
        var plain = GradientFile.Open(ReferencePack.Path("pruning", "gradients", "stories260k.safetensors"), statistic);
        pickled.Check(model, model.LinearsOf(0).ToHashSet());

        foreach (var (_, linear) in model.LinearLayoutsOf(4))
        {
            equal(pickled.Load(linear.Name, 4, CPU), plain.Load(linear.Name, 4, CPU)).ShouldBeTrue(linear.Name);
        }
    }

    /// <summary>The largest distance in steps of float16; the numbers are not negative.</summary>
    private static long Steps(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.view(int16).to(int64).sub(b.view(int16).to(int64)).abs().max().item<long>();
    }
}
