using Harness.Cli.Grids;
using Harness.Results;

namespace Harness.Tests.Grids;

/// <summary>What stands under <c>results/</c> is what its records say.</summary>
public sealed class CommittedResultsTests
{
    private static readonly string Folder = Repository.Path("results");

    public static TheoryData<string> Grids => [.. GridCatalog.Names(Folder)];

    [Theory]
    [MemberData(nameof(Grids))]
    public void Scores_and_report_are_those_of_the_records(string name)
    {
        var folder = Path.Combine(Folder, name);
        var records = new RecordStore(folder).Load();
        var (scores, report) = (Path.Combine(folder, "scores.md"), Path.Combine(folder, "report.html"));

        (File.Exists(scores), File.Exists(report)).ShouldBe((records.Count > 0, records.Count > 0));
        if (records.Count > 0)
        {
            var grid = GridCatalog.Load(Folder, name, GridWords.All);
            File.ReadAllText(scores).ShouldBe(ScoreTables.Document(grid, records, Published.Load(folder)));
            File.ReadAllText(report).ShouldBe(Report.Document(grid, records, Published.Load(folder)));
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Numbers_pass_the_gates_of_published_values(string name)
    {
        var folder = Path.Combine(Folder, name);

        GridCheck.Gates(GridCatalog.Load(Folder, name, GridWords.All), new RecordStore(folder).Load(), Published.Load(folder)).ShouldBeEmpty();
    }
}
