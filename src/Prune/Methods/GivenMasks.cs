using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>Masks that a file gives: safetensors with one tensor for each linear, see <see cref="PackedMask"/>. Nothing is computed.</summary>
public sealed class GivenMasks : PruningMethod
{
    private static readonly KnownOption File = new("masks", "FILE", "Prune by these masks: safetensors named as the weights, 1 = kept, as uint8 or bool of their shape or packed in bits.", IsFile: true);

    private readonly string _path;

    private GivenMasks(string path) => _path = path;

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new("masks", "what a file of masks says", [File], settings => new GivenMasks(settings.Required(File.Name, "a safetensors file of masks.")), HasOwnSparsity: true);

    public override string Name => "masks";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.None;

    public override void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears)
    {
        using var file = SafetensorsFile.Open(_path);
        foreach (var (parameter, _) in linears)
        {
            PackedMask.Check(file, parameter, model.Folder.Shape(parameter));
        }
    }

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(_path);
        var isTransposed = linear.Linear.IsStoredTransposed;
        var kept = PackedMask.Read(file, linear.Linear.Parameter, isTransposed ? [linear.W.shape[1], linear.W.shape[0]] : linear.W.shape).to(linear.W.device);
        kept = isTransposed ? kept.t() : kept;
        return new PrunedWeight(linear.W.masked_fill(kept.logical_not(), 0).MoveToOuterDisposeScope());
    }
}
