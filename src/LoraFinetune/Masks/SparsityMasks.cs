using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Masks;

/// <summary>
/// Which weights of a pruned checkpoint's linears stay 0: by a file of masks, else by the masks that pruning has left in the checkpoint's folder, else by the zeros of its weights. A linear
/// without a single pruned weight has no mask.
/// </summary>
public sealed class SparsityMasks : IDisposable
{
    private readonly Dictionary<string, Tensor> _kept = [];
    private readonly Dictionary<string, Tensor> _applied = [];

    private SparsityMasks(string source) => Source = source;

    /// <summary>Where they are from, for people.</summary>
    public string Source { get; }

    /// <summary>By the name of the weight: bool of its shape in the checkpoint, true = kept. On the CPU.</summary>
    public IReadOnlyDictionary<string, Tensor> Kept => _kept;

    /// <summary>Pruned weights in all.</summary>
    public long Pruned { get; private set; }

    /// <summary>Linears that a given file prunes further than they are, pruned so: in the type and on the device that the model computes in.</summary>
    public IReadOnlyDictionary<string, Tensor> Applied => _applied;

    /// <summary>How many weights that concerns.</summary>
    public long NewlyPruned { get; private set; }

    /// <summary>The masks of a model.</summary>
    /// <param name="path">A file of masks, by which the model is taken as pruned; null for what the checkpoint says.</param>
    /// <exception cref="InputException">The file lacks a linear, or has one of another shape; or the checkpoint contradicts the masks in its own folder.</exception>
    public static SparsityMasks Of(CausalLM model, string? path = null)
    {
        var sidecar = Path.Combine(model.Folder.Path, CheckpointWriter.SidecarFolder, PackedMask.SidecarName);
        var source = path ?? (File.Exists(sidecar) ? sidecar : null);
        var masks = new SparsityMasks(source ?? "the zeros of its weights");
        try
        {
            using var file = source is null ? null : SafetensorsFile.Open(source);
            foreach (var (parameter, _) in model.Linears)
            {
                masks.Add(model, parameter, file, isGiven: path is not null);
            }

            return masks;
        }
        catch
        {
            masks.Dispose();
            throw;
        }
    }

    /// <summary>How many of the pruned weights of this tensor are not 0.</summary>
    public long Filled(string parameter, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return _kept.TryGetValue(parameter, out var kept) ? weight.cpu().ne(0).logical_and(kept.logical_not()).sum().item<long>() : 0;
    }

    public void Dispose()
    {
        foreach (var tensor in _kept.Values.Concat(_applied.Values))
        {
            tensor.Dispose();
        }
    }

    private void Add(CausalLM model, string parameter, SafetensorsFile? file, bool isGiven)
    {
        using var scope = NewDisposeScope();
        var weight = model.Folder.Load(parameter);
        var kept = file is null ? weight.ne(0) : PackedMask.Read(file, parameter, weight.shape);
        var pruned = kept.numel() - kept.sum().item<long>();
        if (pruned == 0)
        {
            return;
        }

        _kept[parameter] = kept.DetachFromDisposeScope();
        Pruned += pruned;
        if (Filled(parameter, weight) is not (var filled and > 0))
        {
            return;
        }

        if (!isGiven)
        {
            throw new InputException(
                $"{parameter} of {model.Folder.Path} has {filled} weights that are not 0 where {file!.Path} says that they are pruned. Weights and masks are not of one model; give the right ones by --masks.");
        }

        NewlyPruned += filled;
        _applied[parameter] = weight.mul(kept).to(model.DType, model.Device).DetachFromDisposeScope();
    }
}
