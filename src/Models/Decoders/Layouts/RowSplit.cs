namespace Harness.Models.Decoders.Layouts;

/// <summary>
/// What the rows of a fused matrix belong to: <paramref name="Repeats"/> times Sizes[0] rows of the first part, Sizes[1] of the second, and so on.
/// Stacked q, k and v repeat once; where each key head brings its query heads along, they repeat once per key head.
/// </summary>
public sealed record RowSplit(long Repeats, params IReadOnlyList<long> Sizes)
{
    /// <summary>joint: [batch, length, rows] → for each part a view [batch, length, repeats, its size].</summary>
    public Tensor[] Of(Tensor joint)
    {
        var (batch, length) = (joint.shape[0], joint.shape[1]);
        var repeated = joint.view(batch, length, Repeats, Sizes.Sum());
        return [.. Sizes.Select((size, part) => repeated.narrow(3, Sizes.Take(part).Sum(), size))];
    }

    /// <summary>The rows of each part.</summary>
    public IReadOnlyList<long[]> Rows()
    {
        var period = Sizes.Sum();
        return [.. Sizes.Select((size, part) => Enumerable.Range(0, (int)Repeats)
            .SelectMany(repeat => Enumerable.Range(0, (int)size).Select(row => repeat * period + Sizes.Take(part).Sum() + row)).ToArray())];
    }
}
