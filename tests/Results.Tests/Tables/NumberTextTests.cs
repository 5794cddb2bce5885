namespace Harness.Results.Tests;

public class NumberTextTests
{
    [Theory]
    [InlineData(5.4721, "5.47")]
    [InlineData(999.994, "999.99")]
    [InlineData(999.996, "1.00e3")]
    [InlineData(1556.13, "1.56e3")]
    [InlineData(48419.12, "4.84e4")]
    [InlineData(2e10, "2.00e10")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(double.NaN, "NaN")]
    public void Prints_a_score_in_a_few_digits(double value, string text) => NumberText.Score(value).ShouldBe(text);

    [Theory]
    [InlineData(10.2, 10, "+2.00 %")]
    [InlineData(9.9, 10, "-1.00 %")]
    [InlineData(10, 10, "0.00 %")]
    [InlineData(double.PositiveInfinity, 10, "∞")]
    [InlineData(double.NaN, 10, "NaN")]
    [InlineData(0.1, 0, "∞")]
    public void Prints_a_difference_with_its_sign(double actual, double expected, string text) => NumberText.Difference(actual, expected).ShouldBe(text);
}
