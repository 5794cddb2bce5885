using Harness.Models;

namespace Harness.LoraFinetune.Training;

/// <summary>One tensor in training.</summary>
/// <param name="Name">What it is called where it is written: of a weight its name in the checkpoint, of an adapter's matrix that in PEFT's file.</param>
/// <param name="Parameter">The checkpoint's tensor that it stands for or adds to.</param>
/// <param name="Value">A leaf that records gradients, float32.</param>
/// <param name="Kept">Where it may differ from 0: bool of its shape; null for everywhere.</param>
public sealed record TrainedTensor(string Name, string Parameter, Tensor Value, Tensor? Kept = null);

/// <summary>What a recipe trains of a model.</summary>
public abstract class TrainedWeights : IDisposable
{
    /// <summary>In the order in which they are written and their gradients are summed.</summary>
    public abstract IReadOnlyList<TrainedTensor> Tensors { get; }

    /// <summary>How the model computes with them.</summary>
    public abstract WeightOverlay Overlay { get; }

    /// <summary>How many numbers are trained.</summary>
    public long Parameters => Tensors.Sum(tensor => tensor.Value.numel());

    /// <summary>What is computed next.</summary>
    /// <param name="token">Its first token, counted from the start of the training with every row as long as the longest; null outside of training.</param>
    internal virtual void Begin(long? token)
    {
    }

    /// <summary>Gives the tensors up.</summary>
    public virtual void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Value.Dispose();
            tensor.Kept?.Dispose();
        }
    }
}
