using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// The weights that are not trained, converted to what the model computes in and kept for the whole training where memory allows it, so that not every pass converts them anew. Those that the file holds in that
/// type already stay in the file.
/// </summary>
internal sealed class HeldWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _held = [];

    /// <param name="holds">Whether they are kept; else every pass converts them anew.</param>
    public HeldWeights(CausalLM model, TrainedWeights trained, bool holds)
    {
        foreach (var name in holds ? Names(model, trained) : [])
        {
            using var scope = NewDisposeScope();
            _held[name] = model.Folder.Load(name).to(model.DType, model.Device).DetachFromDisposeScope();
        }

        model.Folder.Release();
        Overlay = trained.Overlay with { Tensors = trained.Overlay.Tensors.Concat(_held).ToDictionary() };
    }

    /// <summary>What is trained and what is held.</summary>
    public WeightOverlay Overlay { get; }

    /// <summary>Bytes that they would take.</summary>
    public static long Bytes(CausalLM model, TrainedWeights trained) => Names(model, trained).Sum(name => model.Folder.Shape(name).Aggregate(1L, (product, size) => product * size)) * model.DType.ElementSize();

    public void Dispose()
    {
        foreach (var tensor in _held.Values)
        {
            tensor.Dispose();
        }
    }

    private static IEnumerable<string> Names(CausalLM model, TrainedWeights trained) =>
        model.Parameters.Where(name => !trained.Overlay.Tensors.ContainsKey(name) && (model.Device.type != DeviceType.CPU || model.Folder.Type(name).ToScalarType() != model.DType));
}
