namespace Harness.Results.Tests;

public class ToleranceTests
{
    [Theory]
    [InlineData(0.02, 0, 102, 100, true)]
    [InlineData(0.02, 0, 102.1, 100, false)]
    [InlineData(0, 0.5, 5.9, 5.5, true)]
    [InlineData(0.01, 0.5, 101.5, 100, false)]
    [InlineData(0, 0, 3, 3, true)]
    [InlineData(0.02, 0, 3, double.PositiveInfinity, false)]
    [InlineData(0.02, 0, double.PositiveInfinity, 3, false)]
    [InlineData(0.02, 0, double.NaN, 3, false)]
    [InlineData(0, 0, double.NaN, double.NaN, true)]
    public void Holds_within_either_bound(double relative, double absolute, double actual, double expected, bool holds) =>
        new Tolerance(relative, absolute).Holds(actual, expected).ShouldBe(holds);
}
