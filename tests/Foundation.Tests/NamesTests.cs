namespace Harness.Foundation.Tests;

public class NamesTests
{
    private static readonly string[] Methods = ["wanda", "sparsegpt", "magnitude"];

    [Fact]
    public void Suggests_the_nearest_name() =>
        Names.Unknown("method", "wnda", Methods).Message.ShouldBe("Unknown method 'wnda'. Did you mean 'wanda'? Known: magnitude, sparsegpt, wanda.");

    [Fact]
    public void Suggests_nothing_where_no_name_is_near() =>
        Names.Unknown("method", "lottery", Methods).Message.ShouldBe("Unknown method 'lottery'. Known: magnitude, sparsegpt, wanda.");

    [Theory]
    [InlineData("WANDA", "wanda")]
    [InlineData("sparse-gpt", "sparsegpt")]
    [InlineData("magnitud", "magnitude")]
    [InlineData("x", null)]
    public void Finds_the_nearest_name(string given, string? nearest) => Names.Nearest(given, Methods).ShouldBe(nearest);

    [Fact]
    public void Finds_nothing_among_no_names() => Names.Nearest("wanda", []).ShouldBeNull();
}
