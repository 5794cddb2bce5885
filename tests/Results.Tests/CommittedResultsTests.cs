using Harness.Tests.Shared;

namespace Harness.Results.Tests;

/// <summary>What stands under <c>results/</c> is what its records say.</summary>
public class CommittedResultsTests
{
    private static readonly string Results = Repository.Path("results");

    public static TheoryData<string> Grids => [.. GridCatalog.Names(Results)];

    [Theory]
    [MemberData(nameof(Grids))]
    public void Scores_are_the_tables_of_the_records(string name)
    {
        var folder = Path.Combine(Results, name);
        var records = new RecordStore(folder).Load();
        var scores = Path.Combine(folder, "scores.md");

        File.Exists(scores).ShouldBe(records.Count > 0);
        if (records.Count > 0)
        {
            var grid = GridCatalog.Load(Results, name, GridTests.Words);
            File.ReadAllText(scores).ShouldBe(ScoreTables.Document(grid, records, Published.Load(folder)));
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Numbers_pass_the_gates_of_published_values(string name)
    {
        var folder = Path.Combine(Results, name);

        GridCheck.Gates(GridCatalog.Load(Results, name, GridTests.Words), new RecordStore(folder).Load(), Published.Load(folder)).ShouldBeEmpty();
    }
}
