namespace Harness.Prune.Tests;

public sealed class OwlRatiosTests
{
    [Fact]
    public void Scales_the_outliers_to_twice_lambda_and_centres_them()
    {
        var ratios = new OwlRatios(M: 5, Lambda: 0.08).FromOutliers([2, 1, 3], 0.7);

        ratios.ShouldBe([0.7, 0.78, 0.62], 1e-12);
    }

    [Fact]
    public void Equal_layers_get_equal_ratios() => new OwlRatios(5, 0.08).FromOutliers([1.5, 1.5], 0.5).ShouldBe([0.5, 0.5]);

    [Fact]
    public void No_layer_is_pruned_less_than_a_hundredth() => new OwlRatios(5, 0.2).FromOutliers([0, 0, 3], 0.2).Min().ShouldBe(0.01);

    [Fact]
    public void Refuses_ratios_that_leave_nothing_of_a_layer() =>
        Should.Throw<InputException>(() => new OwlRatios(5, 0.5).FromOutliers([0, 1], 0.7)).Message.ShouldStartWith("OWL with lambda 0.5 leaves nothing of some layer");
}
