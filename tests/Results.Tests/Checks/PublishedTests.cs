using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class PublishedTests
{
    [Fact]
    public void Are_none_where_there_is_no_file()
    {
        using var folder = new TemporaryFolder();

        Published.Load(folder.Path).Tables.ShouldBeEmpty();
    }

    [Fact]
    public void Report_every_mistake() => Snapshot.Match(Should.Throw<InputException>(() => Published.Parse("""
        {
          "tables": [
            { "protocol": "p", "task": "wikitext2", "metric": "ppl.token@256", "values": { "a": { "dense": "5", "wanda": 6, "sparsegpt": { "1.5": 7, "0.5": "x" } }, "b": 1 } },
            7,
            { "source": "s", "protocol": "p", "task": "wikitext2", "metric": "ppl.token@256", "value": {} }
          ]
        }
        """, "published.json")).Message);

    [Theory]
    [InlineData("smollm2")]
    [InlineData("table2")]
    public void Can_be_read_in_the_committed_grids(string grid) => Published.Load(Repository.Path("results", grid)).Tables.ShouldNotBeEmpty();
}
