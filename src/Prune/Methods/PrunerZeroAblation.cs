using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// The ablations that Pruner-Zero's command line names and its code lacks: a tree's metric with the weight update of SparseGPT. <c>seq</c> chooses the whole mask first, as the method does alone;
/// <c>iter</c> chooses it block by block, over all rows of a block together (n:m: group by group), from the weights as updated until then, G and X of those columns, and the extremes, means and
/// norms that the tree takes of the whole matrix before the sweep.
/// </summary>
public sealed class PrunerZeroAblation : PruningMethod
{
    private readonly bool _isIterative;
    private readonly TreeMetric _metric;
    private readonly double _damping;
    private readonly int _blockSize;

    private PrunerZeroAblation(string name, bool isIterative, Settings settings)
    {
        (Name, _isIterative, _metric) = (name, isIterative, TreeMetric.Read(settings));
        (_damping, _blockSize) = (ObsSweep.Damping(settings), ObsSweep.BlockSize(settings));
    }

    /// <summary>Both, by name.</summary>
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        Entry("ablate_prunerzero_seq", "Pruner-Zero's mask, then SparseGPT's update", isIterative: false),
        Entry("ablate_prunerzero_iter", "Pruner-Zero's metric within each block of SparseGPT's sweep", isIterative: true),
    ];

    public override string Name { get; }

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.Gram | _metric.Needs;

    public override void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears) => _metric.Check(model, linears);

    public override void Check(Sparsity sparsity)
    {
        if (_isIterative)
        {
            ObsSweep.Check(Name, sparsity, _blockSize);
        }
    }

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        using var metric = _metric.Of(linear);
        var pruned = new ObsSweep(linear.Input.Factor(_damping), _blockSize).Run(linear.W, _isIterative ? Iterative(metric, sparsity) : Sequential(metric, sparsity));
        return pruned with { Weight = pruned.Weight.MoveToOuterDisposeScope() };
    }

    private static ObsSweep.BlockStep Sequential(TreeMetric.Evaluated metric, Sparsity sparsity)
    {
        var mask = sparsity.Ratio is { } ratio ? Mask.PerRow(metric.Whole, ratio) : Mask.PerGroup(metric.Whole, sparsity.Keep, sparsity.Group);
        return (w, u, first) => ObsSweep.Fixed(w, u, mask.narrow(1, first, w.shape[1]));
    }

    private static ObsSweep.BlockStep Iterative(TreeMetric.Evaluated metric, Sparsity sparsity) => (w, u, first) => sparsity.Ratio is { } ratio
        ? ObsSweep.Fixed(w, u, Mask.PerMatrix(metric.Columns(w, first), ratio))
        : ObsSweep.GroupByGroup(w, u, sparsity.Group, (group, offset) => Mask.PerGroup(metric.Columns(group, first + offset), sparsity.Keep, sparsity.Group));

    private static MethodEntry Entry(string name, string summary, bool isIterative) => new(
        name, summary, [.. TreeMetric.Options, .. ObsSweep.Options], settings => new PrunerZeroAblation(name, isIterative, settings));
}
