using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// RIA (Zhang et al. 2024, "Plug-and-Play: an efficient post-training pruning method for large language models"): a weight's share of its column and of its row,
/// times the activation: (|W|/Σ_column|W| + |W|/Σ_row|W|)·(√s)^a. <c>ri</c> leaves the activation out.
/// A ratio is met over the whole matrix, as in the authors' code, or in each row. For n:m, inputs may be dealt out anew so that strong ones do not share groups;
/// such a mask is n:m only in that order of the inputs.
/// </summary>
public sealed class Ria : PruningMethod
{
    private static readonly KnownOption Exponent = new("exponent", "A", "RIA: power of the input norm (default: 0.5).");
    private static readonly KnownOption Group = new("group", "matrix|row", "RIA: where weights are compared to meet a ratio (default: matrix).");
    private static readonly KnownOption Reallocate = new("reallocate", null, "RIA: deal the inputs out to the groups of n:m by the strength of their columns.");

    private readonly double? _exponent;
    private readonly bool _perRow;
    private readonly bool _reallocates;

    private Ria(string name, double? exponent, Settings settings)
    {
        (Name, _exponent) = (name, exponent);
        _perRow = settings.Choice(Group.Name, "matrix", "matrix", "row") == "row";
        _reallocates = settings.Flag(Reallocate.Name);
    }

    /// <summary>With activations.</summary>
    public static MethodEntry Entry { get; } = new(
        "ria", "the smallest (|W|/Σ_column|W| + |W|/Σ_row|W|)·‖X‖₂^a of each matrix", [Exponent, Group, Reallocate],
        settings => new Ria("ria", settings.Number(Exponent.Name, 0.5, 0, 100), settings));

    /// <summary>From weights alone.</summary>
    public static MethodEntry WithoutActivations { get; } = new(
        "ri", "the smallest |W|/Σ_column|W| + |W|/Σ_row|W| of each matrix", [Group, Reallocate], settings => new Ria("ri", null, settings));

    public override string Name { get; }

    public override int Version => 1;

    public override StatisticKinds Needs => _exponent is null ? StatisticKinds.None : StatisticKinds.ColumnSquares;

    public override void Check(Sparsity sparsity)
    {
        if (_reallocates && !sparsity.IsStructured)
        {
            throw new InputException($"Option reallocate of {Name} deals inputs out to groups, and sparsity '{sparsity}' has none. Use 2:4 or 4:8, or leave reallocate out.");
        }
    }

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var metric = Metric(linear);
        var mask = (sparsity.Ratio, _perRow) switch
        {
            ({ } ratio, true) => Mask.PerRow(metric, ratio),
            ({ } ratio, false) => Mask.PerMatrix(metric, ratio),
            _ when _reallocates => Reallocated(linear, metric, sparsity),
            _ => Mask.PerGroup(metric, sparsity.Keep, sparsity.Group),
        };
        return new PrunedWeight(linear.W.masked_fill(mask, 0).MoveToOuterDisposeScope());
    }

    private Tensor Metric(PrunableLinear linear)
    {
        var w = linear.W.abs().to(float32);
        var importance = (w / w.sum(dim: 0)).add_(w / w.sum(1, keepdim: true));
        return _exponent is { } a ? importance.mul_(linear.Input.MeanColumnSquares().sqrt().pow(a)) : importance;
    }

    private static Tensor Reallocated(PrunableLinear linear, Tensor metric, Sparsity sparsity)
    {
        var columns = metric.shape[1];
        if (columns % sparsity.Group != 0)
        {
            throw new InputException($"{linear.Linear.Parameter} has {columns} inputs, which groups of {sparsity.Group} do not divide: they cannot be reallocated. Leave reallocate out.");
        }

        var order = Dealt(metric.sum(dim: 0), sparsity.Group);
        var mask = Mask.PerGroup(metric.index_select(1, order).contiguous(), sparsity.Keep, sparsity.Group);
        return empty_like(mask).index_copy_(1, order, mask);
    }

    /// <summary>The columns by strength in <paramref name="group"/> equal runs; run r takes place r in each group, every other run backwards.</summary>
    private static Tensor Dealt(Tensor strength, int group)
    {
        var (_, order) = strength.sort(0, stable: true);
        var runs = order.view(group, -1).unbind(0).Select((run, r) => r % 2 == 0 ? run : run.flip(0));
        return stack(runs).t().flatten();
    }
}
