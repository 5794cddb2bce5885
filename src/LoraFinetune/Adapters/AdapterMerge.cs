using Harness.LoraFinetune.Masks;
using Harness.Models;
using Harness.Models.Decoders;

namespace Harness.LoraFinetune.Adapters;

/// <summary>How an adapter becomes part of the weights.</summary>
public enum MergeForm
{
    /// <summary>W + scale · B·A: fills what is pruned.</summary>
    Plain,

    /// <summary>W + (scale · B·A) ⊙ mask: what is pruned stays 0.</summary>
    Masked,
}

/// <summary>Merges an adapter into the weights that it stands beside.</summary>
public static class AdapterMerge
{
    /// <summary>The merged weights by name, in the order of the model, each computed when asked for; as the checkpoint stores them, float32.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor>> Merged(CausalLM model, LoraAdapter adapter, SparsityMasks masks, MergeForm form) =>
        adapter.Linears.ToDictionary(linear => linear.Key, linear => (Func<Tensor>)(() => Merged(model, linear.Key, linear.Value, masks, form)));

    /// <summary>Refuses to fill zeros that pruning has made.</summary>
    /// <param name="targets">The weights of the linears with adapters.</param>
    /// <exception cref="InputException">There are such; says how many.</exception>
    public static void RefuseToFill(IEnumerable<string> targets, SparsityMasks masks)
    {
        var pruned = targets.Where(masks.Kept.ContainsKey).Sum(target => masks.Kept[target].numel() - masks.Kept[target].sum().item<long>());
        if (pruned > 0)
        {
            throw new InputException(
                $"Merging would fill {pruned} pruned weights, all that the linears with adapters have, and the model would no longer be sparse. "
                + "Use --merge masked, which keeps them 0, or leave --merge out and evaluate by score --adapter.");
        }
    }

    private static Tensor Merged(CausalLM model, string parameter, LowRank adapter, SparsityMasks masks, MergeForm form)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = (masks.Applied.GetValueOrDefault(parameter)?.cpu() ?? model.Folder.Load(parameter)).to(float32);
        var delta = adapter.Delta().cpu();
        delta = model.Linears.First(linear => linear.Parameter == parameter).Linear.Transposed ? delta.t() : delta;
        delta = form == MergeForm.Masked && masks.Kept.TryGetValue(parameter, out var kept) ? delta.mul(kept) : delta;
        return weight.add(delta).MoveToOuterDisposeScope();
    }
}
