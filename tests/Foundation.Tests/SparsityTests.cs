namespace Harness.Foundation.Tests;

public class SparsityTests
{
    [Theory]
    [InlineData("0.5", 0.5, "0.5")]
    [InlineData("50%", 0.5, "0.5")]
    [InlineData(".25", 0.25, "0.25")]
    [InlineData("0.750", 0.75, "0.75")]
    [InlineData("33.3%", 0.333, "0.333")]
    [InlineData("0.3333333333333333", 0.3333333333333333, "0.3333333333333333")]
    [InlineData("0.00001", 0.00001, "1E-05")]
    [InlineData("1E-05", 0.00001, "1E-05")]
    [InlineData(" 0.9 ", 0.9, "0.9")]
    public void Reads_a_ratio_and_prints_it_as_a_fraction(string text, double ratio, string printed)
    {
        var sparsity = Sparsity.Parse(text);

        sparsity.Ratio.ShouldBe(ratio);
        sparsity.Target.ShouldBe(ratio);
        sparsity.IsStructured.ShouldBeFalse();
        sparsity.ToString().ShouldBe(printed);
    }

    [Theory]
    [InlineData("2:4", 2, 4, 0.5)]
    [InlineData("1:4", 1, 4, 0.75)]
    [InlineData("5:8", 5, 8, 0.375)]
    public void Reads_n_to_m_as_n_that_stay_of_every_m(string text, int keep, int group, double target)
    {
        var sparsity = Sparsity.Parse(text);

        (sparsity.Keep, sparsity.Group, sparsity.Ratio).ShouldBe((keep, group, null));
        sparsity.Target.ShouldBe(target);
        sparsity.ToString().ShouldBe(text);
    }

    [Fact]
    public void Is_dense_by_default()
    {
        Sparsity.Parse("dense").ShouldBe(default);
        default(Sparsity).IsDense.ShouldBeTrue();
        default(Sparsity).Target.ShouldBe(0);
        default(Sparsity).ToString().ShouldBe("dense");
    }

    [Fact]
    public void Is_equal_by_meaning_not_by_spelling() => Sparsity.Parse("50%").ShouldBe(Sparsity.Parse("0.50"));

    [Theory]
    [InlineData("1.5")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("100%")]
    [InlineData("-0.5")]
    [InlineData("0,5")]
    [InlineData("4:4")]
    [InlineData("0:4")]
    [InlineData("2:4:8")]
    [InlineData("half")]
    [InlineData("")]
    public void Refuses_anything_else(string text) =>
        Should.Throw<InputException>(() => Sparsity.Parse(text)).Message.ShouldBe(
            $"Unknown sparsity '{text}'. Give a ratio between 0 and 1 (0.5 or 50%), n:m with 0 < n < m (2:4 keeps 2 of every 4), or dense.");
}
