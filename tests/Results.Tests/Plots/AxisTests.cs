namespace Harness.Results.Tests;

public class AxisTests
{
    [Fact]
    public void Spans_round_numbers() =>
        Axis.Linear([4.1, 5.9], 0, 100).Ticks.ShouldBe([(0, "4"), (25, "4.5"), (50, "5"), (75, "5.5"), (100, "6")]);

    [Fact]
    public void Has_room_for_a_single_number() => Axis.Linear([3], 0, 10).Ticks.Count.ShouldBeGreaterThan(1);

    [Fact]
    public void Is_logarithmic()
    {
        var axis = Axis.Log([1, 100], 300, 0);

        (axis.At(10) - axis.At(1)).ShouldBe(axis.At(100) - axis.At(10), 1e-9);
        axis.Ticks.Select(tick => tick.Text).ShouldBe(["1", "2", "5", "10", "20", "50", "100"]);
        Axis.Log([30, 3e5], 300, 0).Ticks.Select(tick => tick.Text).ShouldBe(["100", "1e3", "1e4", "1e5"]);
    }

    [Fact]
    public void Marks_what_it_is_told() => Axis.Marked([0, 0.25, 0.5], 10, 20).Ticks.ShouldBe([(10, "0"), (15, "0.25"), (20, "0.5")]);
}
