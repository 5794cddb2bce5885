namespace Harness.Results.Tests;

public class CellKeyTests
{
    [Fact]
    public void Is_the_hash_of_the_sorted_inputs() =>
        CellKey.Of([new("b", "2"), new("a", "1")]).ShouldBe(ContentKey.OfText("""{"a":"1","b":"2"}"""));

    [Fact]
    public void Does_not_confuse_where_a_name_ends() =>
        CellKey.Of([new("a", "1\",\"b\":\"2")]).ShouldNotBe(CellKey.Of([new("a", "1"), new("b", "2")]));

    [Fact]
    public void Takes_each_input_once() => Should.Throw<ArgumentException>(() => CellKey.Of([new("a", "1"), new("a", "2")]));

    [Fact]
    public void Tells_what_changed() =>
        CellKey.Changes(
            new Dictionary<string, string> { ["model"] = "m", ["seed"] = "0", ["wanda.version"] = "1" },
            new Dictionary<string, string> { ["model"] = "m", ["threads"] = "2", ["wanda.version"] = "2" })
            .ShouldBe(["seed: 0 → —", "threads: — → 2", "wanda.version: 1 → 2"]);
}
