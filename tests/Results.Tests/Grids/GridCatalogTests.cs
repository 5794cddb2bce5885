using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class GridCatalogTests
{
    [Fact]
    public void Names_the_nearest_grid_where_there_is_no_such_one()
    {
        using var results = new TemporaryFolder();
        foreach (var grid in new[] { "smollm2", "table2" })
        {
            Durable.WriteText(results.File(grid, "grid.json"), "{}");
        }

        Directory.CreateDirectory(results.File("drafts"));

        GridCatalog.Names(results.Path).ShouldBe(["smollm2", "table2"]);
        Should.Throw<InputException>(() => GridCatalog.Load(results.Path, "smolm2", GridTests.Words)).Message
            .ShouldBe("Unknown grid 'smolm2'. Did you mean 'smollm2'? Known: smollm2, table2.");
    }

    [Fact]
    public void Says_so_where_there_is_no_grid_at_all() =>
        Should.Throw<InputException>(() => GridCatalog.Load("nowhere", "mine", GridTests.Words)).Message
            .ShouldBe("nowhere holds no grid. Write nowhere/mine/grid.json.");

    [Theory]
    [InlineData("smollm2", 16)]
    [InlineData("tinystories", 32)]
    [InlineData("tinystories-zeroshot", 7)]
    public void Reads_the_committed_grids(string name, int cells) =>
        GridCatalog.Load(Repository.Path("results"), name, GridTests.Words).Cells().Count().ShouldBe(cells);

    [Fact]
    public void Reads_the_grid_for_checkpoints_named_on_the_command_line() =>
        GridCatalog.Load(Repository.Path("results"), "table2", GridTests.Words).Cells(["mine"]).Count().ShouldBe(16);
}
