using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.Models;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// A model's own weights in training: all of them, where pruned ones stay 0 (locuslab/wanda dense_ft); or norms and biases alone (PERP, Zimmer et al. 2023,
/// arXiv 2312.15230). Float32 whatever the model computes in.
/// </summary>
public sealed class OwnWeights : TrainedWeights
{
    private readonly TrainedTensor[] _tensors;

    /// <param name="masks">Of what is pruned; null where nothing is.</param>
    /// <exception cref="InputException">The model has nothing of that part.</exception>
    public OwnWeights(CausalLM model, TrainedPart part, SparsityMasks? masks)
    {
        var linears = model.Linears.Select(linear => linear.Parameter).ToHashSet(StringComparer.Ordinal);
        var names = model.Parameters.Where(name => part == TrainedPart.Full || (!linears.Contains(name) && model.Folder.Shape(name).Count == 1)).ToArray();
        if (names.Length == 0)
        {
            throw new InputException($"{model.Folder.Path} has neither norms with weights nor biases, so there is nothing to train. Use recipe wanda or full.");
        }

        _tensors = [.. names.Select(name => Of(model, name, masks))];
        var own = _tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        Overlay = WeightOverlay.None with { Tensors = own.Concat(masks?.Applied.Where(applied => !own.ContainsKey(applied.Key)) ?? []).ToDictionary() };
    }

    public override IReadOnlyList<TrainedTensor> Tensors => _tensors;

    public override WeightOverlay Overlay { get; }

    private static TrainedTensor Of(CausalLM model, string name, SparsityMasks? masks)
    {
        using var scope = NewDisposeScope();
        var value = model.Folder.Load(name).to(float32).clone().to(model.Device);
        var kept = masks?.Kept.GetValueOrDefault(name)?.clone().to(model.Device);
        value = kept is null ? value : value.mul_(kept);
        return new TrainedTensor(name, name, value.requires_grad_().DetachFromDisposeScope(), kept?.DetachFromDisposeScope());
    }
}
