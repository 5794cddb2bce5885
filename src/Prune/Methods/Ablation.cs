using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// The ablations of Wanda's paper (Sun et al. 2023, section 5): the metric of magnitude or Wanda with the weight update of SparseGPT. <c>seq</c> chooses the whole
/// mask first, as the method does alone; <c>iter</c> chooses it block by block from the weights as updated until then, over all rows of a block together.
/// The authors' code scales the inputs of Wanda's norm twice, so that early samples weigh more: <c>compat</c> does so too, <c>clean</c> takes Wanda's own norm.
/// </summary>
public sealed class Ablation : PruningMethod
{
    private readonly bool _usesActivations;
    private readonly bool _isIterative;
    private readonly bool _isCompatible;
    private readonly double _damping;
    private readonly int _blockSize;

    private Ablation(string name, bool usesActivations, bool isIterative, Settings settings)
    {
        Name = name;
        (_usesActivations, _isIterative) = (usesActivations, isIterative);
        _isCompatible = settings.Choice(ScalingOption.Name, "compat", "compat", "clean") == "compat";
        _damping = ObsSweep.Damping(settings);
        _blockSize = ObsSweep.BlockSize(settings);
    }

    /// <summary>All four, by name.</summary>
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        Entry("ablate_mag_seq", "magnitude's mask, then SparseGPT's update", usesActivations: false, isIterative: false),
        Entry("ablate_mag_iter", "magnitude within each block of SparseGPT's sweep", usesActivations: false, isIterative: true),
        Entry("ablate_wanda_seq", "Wanda's mask, then SparseGPT's update", usesActivations: true, isIterative: false),
        Entry("ablate_wanda_iter", "Wanda's metric within each block of SparseGPT's sweep", usesActivations: true, isIterative: true),
    ];

    public override string Name { get; }

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.Gram
        | (!_usesActivations ? StatisticKinds.None : _isCompatible ? StatisticKinds.DecayingColumnSquares : StatisticKinds.ColumnSquares);

    private static KnownOption ScalingOption => new(
        "scaling", "compat|clean", "Ablations with Wanda's metric: its norm as the authors' code scales it, early samples first, or Wanda's own (default: compat).");

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
        var norm = _usesActivations ? Norm(linear.Input) : null;
        var sweep = new ObsSweep(linear.Input.Factor(_damping), _blockSize);
        var pruned = _isIterative
            ? sweep.Run(linear.W, (w, u, first) => Step(w, u, norm?.narrow(0, first, w.shape[1]), sparsity))
            : Sequential(sweep, linear.W, WholeMask(linear.W, norm, sparsity));
        return pruned with { Weight = pruned.Weight.MoveToOuterDisposeScope() };
    }

    private static PrunedWeight Sequential(ObsSweep sweep, Tensor W, Tensor mask) => sweep.Run(W, (w, u, first) => ObsSweep.Fixed(w, u, mask.narrow(1, first, w.shape[1])));

    private static Tensor WholeMask(Tensor W, Tensor? norm, Sparsity sparsity)
    {
        var metric = Metric(W, norm);
        return sparsity.Ratio is not { } ratio ? Mask.PerGroup(metric, sparsity.Keep, sparsity.Group)
            : norm is null ? Mask.PerMatrix(metric, ratio)
            : Mask.PerRow(metric, ratio);
    }

    private static Tensor Step(Tensor w, Tensor u, Tensor? norm, Sparsity sparsity) => sparsity.Ratio is { } ratio
        ? ObsSweep.Fixed(w, u, Mask.PerMatrix(Metric(w, norm), ratio))
        : ObsSweep.Grouped(w, u, sparsity, norm?.contiguous() ?? ones([w.shape[1]], float32, w.device));

    /// <summary>|W| or |W|·norm, float32.</summary>
    private static Tensor Metric(Tensor W, Tensor? norm) => norm is null ? W.abs().to(float32) : W.abs().to(float32).mul_(norm);

    private Tensor Norm(InputStatistics input) => (_isCompatible ? input.DecayingColumnSquares() : input.MeanColumnSquares()).sqrt();

    private static MethodEntry Entry(string name, string summary, bool usesActivations, bool isIterative) => new(
        name, summary, usesActivations ? [ScalingOption, .. ObsSweep.Options] : ObsSweep.Options, settings => new Ablation(name, usesActivations, isIterative, settings));
}
