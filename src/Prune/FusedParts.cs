using Harness.Models.Decoders.Layouts;
using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>A fused matrix taken apart: q, k and v, or gate and up, each pruned as a matrix of its own, with the statistics of the input that they share.</summary>
internal static class FusedParts
{
    /// <summary>Prunes each part and puts the rows back where they were. What a method found is recorded by part: <c>alpha.0</c>.</summary>
    public static PrunedWeight Prune(PrunableLinear linear, RowSplit split, Func<PrunableLinear, PrunedWeight> prune)
    {
        using var scope = NewDisposeScope();
        var whole = zeros_like(linear.W);
        var facts = new Dictionary<string, double>();
        RaisedDamping? damping = null;
        foreach (var (part, rows) in split.Rows().Index())
        {
            var index = tensor(rows, device: linear.W.device);
            var pruned = prune(linear with { Linear = linear.Linear with { Weight = linear.W.index_select(0, index), Split = null }, Rows = index });
            whole.index_add_(0, index, pruned.Weight);
            damping ??= pruned.Damping;
            foreach (var (name, value) in pruned.Facts)
            {
                facts[$"{name}.{part}"] = value;
            }
        }

        return new PrunedWeight(whole.MoveToOuterDisposeScope(), damping) { Facts = facts };
    }
}
