using Harness.LoraFinetune.Masks;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune;

/// <summary>
/// A checkpoint with trained weights in place of its own, in the types of the files. What masks have pruned is 0 in it, which is counted as stored before the folder appears; the
/// masks, and the map of tiers where the source has one, go along.
/// </summary>
public static class RecoveredCheckpoint
{
    /// <summary>Writes it.</summary>
    /// <param name="output">The new folder; must not exist yet.</param>
    /// <param name="weights">The trained ones by name; each is asked for when it is written.</param>
    /// <param name="masks">Null where zeros may be filled.</param>
    /// <param name="complete">Adds what else belongs into the folder before it appears.</param>
    public static void Write(CausalLM model, string output, IReadOnlyDictionary<string, Func<Tensor>> weights, SparsityMasks? masks, Action<CheckpointWriter> complete)
    {
        using var _ = no_grad();
        using var writer = new CheckpointWriter(model.Folder, output);
        var applied = masks?.Applied.Where(own => !weights.ContainsKey(own.Key)).Select(own => KeyValuePair.Create(own.Key, () => own.Value)) ?? [];
        foreach (var (name, value) in weights.Concat(applied))
        {
            using var scope = NewDisposeScope();
            var stored = value().to(model.Folder.Type(name).ToScalarType()!.Value);
            if (masks?.Filled(name, stored) is > 0)
            {
                throw new InvalidOperationException($"{name} has {masks.Filled(name, stored)} weights that are not 0 where it is pruned; {output} was not written.");
            }

            writer.Replace(name, stored);
        }

        if (masks is { Pruned: > 0 })
        {
            AddMasks(writer, model, masks);
            AddTiers(writer, model);
        }

        writer.Complete();
        complete(writer);
        writer.Commit();
    }

    private static void AddMasks(CheckpointWriter writer, CausalLM model, SparsityMasks masks)
    {
        var sidecar = PackedMask.AddSidecar(writer, model);
        foreach (var (linear, _) in model.Linears)
        {
            using var scope = NewDisposeScope();
            sidecar.Write(linear, PackedMask.Of(masks.Kept.GetValueOrDefault(linear) ?? ones([.. model.Folder.Shape(linear)], ScalarType.Bool)));
        }
    }

    private static void AddTiers(CheckpointWriter writer, CausalLM model)
    {
        using var tiers = TierSidecar.Open(model.Folder);
        if (tiers is null)
        {
            return;
        }

        var sidecar = writer.AddSidecar(TierSidecar.Name, [.. tiers.Header.Tensors], tiers.Header.Metadata ?? new Dictionary<string, string>());
        foreach (var tensor in tiers.Header.Tensors)
        {
            sidecar.Write(tensor.Name, tiers);
        }
    }
}
