using Harness.Models.Checkpoints;
using TorchSharp;

namespace Harness.Models.Tests.States;

/// <summary>Walks over a model whose blocks come to a GPU one by one; skipped where there is none.</summary>
public sealed class GpuWalkTests : IDisposable
{
    private const int Length = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ids = [.. Enumerable.Range(0, 90 * Length).Select(i => i * 7 % 97)];

    public GpuWalkTests() => Assert.SkipUnless(cuda.is_available(), "there is no CUDA device");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void States_are_the_same_wherever_they_lie_and_near_those_of_the_CPU()
    {
        var path = new TinyLlama { Layers = 6 }.Write(_folder["model"]);
        var bytes = (long)_ids.Length * ModelConfig.Read(Path.Combine(path, "config.json")).HiddenSize * sizeof(float);

        var onCpu = Through(path, CPU, StateSpace.Memory);
        var onDevice = Through(path, CUDA, new StateSpace(0, _folder["states"], bytes));
        var onHost = Through(path, CUDA, new StateSpace(bytes, _folder["states"]));
        var onDisk = Through(path, CUDA, new StateSpace(0, _folder["states"]));

        onHost.ShouldBe(onDevice);
        onDisk.ShouldBe(onDevice);
        onDevice.Zip(onCpu).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-4f);
    }

    [Fact]
    public void A_walk_that_ends_early_leaves_nothing_behind()
    {
        using var model = CausalLM.Open(new TinyLlama { Layers = 4 }.Write(_folder["model"]), device: CUDA);
        var before = Tensor.TotalCount;

        foreach (var _ in model.Blocks())
        {
            break;
        }

        Tensor.TotalCount.ShouldBe(before);
    }

    private float[] Through(string path, Device device, StateSpace space)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(path, float32, device);
        model.States = space;
        using var states = HiddenStates.Embed(model, _ids, Length);
        (space.OnDevice > 0).ShouldBe(device.type != DeviceType.CPU && states.Values.numel() > 0 && space.Held == 0 && space.PutOnDisk == 0);
        foreach (var block in model.Blocks())
        {
            states.Advance(block);
        }

        return states.Values.data<float>().ToArray();
    }
}
