using Harness.Prune.Masks;

namespace Harness.Prune.Tests.Masks;

public sealed class CumulativeMaskTests
{
    [Fact]
    public void A_row_whose_smallest_metric_is_above_its_share_loses_nothing()
    {
        using var scope = NewDisposeScope();

        var mask = CumulativeMask.Of(tensor(new float[,] { { 5, 5 }, { 1, 99 } }), 0.25);

        mask.Pruned.data<bool>().ToArray().ShouldBe([false, false, true, false]);
        mask.Alpha.ShouldBe(0.4);
    }

    [Fact]
    public void Ends_where_no_share_comes_near_the_ratio()
    {
        using var scope = NewDisposeScope();

        var mask = CumulativeMask.Of(ones([2, 4]), 0.6);

        // the shares of equals jump from 0 to all: the last one tried counts
        mask.Alpha.ShouldBe(0.25, 0.001);
    }
}
