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

    [Fact]
    public void Values_of_other_models_are_a_table_of_their_own_and_no_gate()
    {
        var published = Published.Parse("""
            {
              "tables": [
                {
                  "source": "somebody", "protocol": "windows of 256 tokens", "task": "wikitext2", "metric": "ppl.token@256", "otherModels": true,
                  "values": { "large-7b": { "dense": 5, "wanda": { "0.5": 7, "0.3": 6 }, "other": { "2:4": 9 } }, "tiny-1m": { "wanda": { "0.5": 8 } } }
                }
              ]
            }
            """, "published.json");

        GridCheck.Gates(MadeUp.Grid(), MadeUp.Records(), published).ShouldBeEmpty();
        var document = ScoreTables.Document(MadeUp.Grid(), MadeUp.Records(), published);
        document.ShouldNotContain("Beside somebody");
        document[document.IndexOf("## Published", StringComparison.Ordinal)..].ShouldBe("""
            ## Published, of other models

            Not measured here and not comparable with the numbers above: other models, other texts. What can be compared is the order of the methods.

            somebody (windows of 256 tokens):

            | wikitext2 ppl.token@256 ↓ | dense |  0.5 | 0.75 |  2:4 |
            | ------------------------- | ----: | ---: | ---: | ---: |
            | large-7b wanda            |  5.00 | 7.00 |    — |    — |
            | large-7b other            |  5.00 |    — |    — | 9.00 |
            | tiny-1m wanda             |     — | 8.00 |    — |    — |

            """);
    }

    [Theory]
    [InlineData("smollm2")]
    [InlineData("samples")]
    [InlineData("table2")]
    public void Can_be_read_in_the_committed_grids(string grid) => Published.Load(Repository.Path("results", grid)).Tables.ShouldNotBeEmpty();
}
