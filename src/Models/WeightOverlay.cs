using Harness.Models.Decoders;

namespace Harness.Models;

/// <summary>
/// What stands in for a checkpoint's own tensors, or comes on top of them, wherever the model is computed: weights in training, frozen ones that are kept converted, adapters.
/// Everything keeps belonging to whoever made it.
/// </summary>
/// <param name="Tensors">By the name in the checkpoint, of the shape that is stored there, of any floating-point type.</param>
/// <param name="Adapters">By the name of the linear's weight.</param>
public sealed record WeightOverlay(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, LowRank> Adapters)
{
    /// <summary>The checkpoint as it is.</summary>
    public static WeightOverlay None { get; } = new(new Dictionary<string, Tensor>(), new Dictionary<string, LowRank>());
}
