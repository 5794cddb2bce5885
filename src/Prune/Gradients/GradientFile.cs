using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.Prune.Gradients;

/// <summary>
/// Gradient statistics of a model's linears, as <c>harness gradients</c> writes them or as the code of Pruner-Zero and GBLM does: safetensors, or a file of torch.save (whose pickle is read as
/// data). Named as <see cref="GradientKeys"/> says; a file without <c>l1.</c> and <c>l2.</c> in its names holds one statistic, whichever is asked for.
/// </summary>
public sealed class GradientFile
{
    private readonly ITensorFile _file;
    private readonly HashSet<string> _names;
    private readonly string _statistic;

    private GradientFile(ITensorFile file, string statistic)
    {
        (_file, _statistic) = (file, statistic);
        _names = file.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Where it is.</summary>
    public string Path => _file.Path;

    /// <summary>Reads names and shapes; no handle stays open.</summary>
    /// <param name="statistic">l2 or l1.</param>
    /// <exception cref="InputException">The file is absent or damaged.</exception>
    public static GradientFile Open(string path, string statistic) =>
        new(path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? SafetensorsFile.Open(path) : TorchFile.Open(path), statistic);

    /// <summary>Refuses a file that lacks the gradients of some linear, or has them in another shape.</summary>
    /// <param name="wanted">Names of the linears' weights in the checkpoint.</param>
    public void Check(CausalLM model, IReadOnlySet<string> wanted)
    {
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            foreach (var (_, linear) in model.LinearLayoutsOf(layer).Where(linear => wanted.Contains(linear.Parameter)))
            {
                var stored = _file.Find(NameOf(linear.Name, layer));
                if (!stored.Shape.SequenceEqual([linear.Rows, linear.Columns]))
                {
                    throw new InputException(
                        $"{Path}: {stored.Name} has shape [{string.Join(", ", stored.Shape)}]; the model's weight has [{linear.Rows}, {linear.Columns}]. Are the gradients of this model?");
                }
            }
        }
    }

    /// <summary>A linear's statistic: a new tensor [out, in], float32.</summary>
    /// <exception cref="InputException">There is none, or it holds NaN.</exception>
    public Tensor Load(string linear, int layer, Device device)
    {
        using var scope = NewDisposeScope();
        var name = NameOf(linear, layer);
        var gradient = _file.Load(name).to(float32, device).clone();
        _file.Release();
        return !gradient.isnan().any().item<bool>() ? gradient.MoveToOuterDisposeScope()
            : throw new InputException($"{Path}: {name} holds NaN, which orders nothing. Compute the gradients anew.");
    }

    private string NameOf(string linear, int layer)
    {
        var (prefixed, bare) = (GradientKeys.Of(_statistic, linear, layer), GradientKeys.Of(linear, layer));
        return _names.Contains(prefixed) ? prefixed
            : _names.Contains(bare) ? bare
            : _file.Find(prefixed).Name; // refuses it with what there is
    }
}
