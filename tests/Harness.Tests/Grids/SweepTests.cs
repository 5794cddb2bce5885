using Harness.Cli.Grids;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Results;

namespace Harness.Tests.Grids;

public sealed class SweepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Goes_on_at_the_block_where_it_was_killed_and_gives_the_same_numbers(bool isRagged)
    {
        using var place = new TinyGrid("0.5", "4:8");
        if (isRagged)
        {
            place.CalibrateOnShortRows();
        }

        var whole = new Dictionary<Cell, string>();
        Run(place, "whole", _ => { }, whole);

        Should.Throw<OperationCanceledException>(() => Run(place, "killed", blocks =>
        {
            if (blocks > 2)
            {
                throw new OperationCanceledException();
            }
        }));
        var (reports, resumed) = (new List<double>(), new Dictionary<Cell, string>());
        Run(place, "killed", reports.Add, resumed);

        reports.Min().ShouldBeGreaterThan(2);
        resumed.ShouldBe(whole, ignoreOrder: true);
        Directory.EnumerateFileSystemEntries(Path.Combine(place.Cache, "killed", "sweeps")).ShouldBeEmpty();
    }

    [Fact]
    public void Walks_again_for_what_does_not_fit_in_memory_and_gives_the_same_numbers()
    {
        using var place = new TinyGrid("0.5");
        var (whole, parts, reports) = (new Dictionary<Cell, string>(), new Dictionary<Cell, string>(), new List<double>());
        Run(place, "whole", _ => { }, whole);

        Run(place, "parts", reports.Add, parts, tokens: 200);

        parts.ShouldBe(whole, ignoreOrder: true);
        reports.ShouldBe(reports.Order());
        reports.Max().ShouldBe(3, 1e-9);
    }

    private static void Run(TinyGrid place, string cache, Action<double> report, Dictionary<Cell, string>? scores = null, long tokens = long.MaxValue)
    {
        var grid = GridCatalog.Load(place.Results, "tiny-grid", GridWords.All);
        using var material = new GridMaterial(grid, "tiny", CausalLM.Open(place.Model), new DataRoot(place.Data), Path.Combine(place.Cache, cache));
        SweepTask[] tasks = [.. grid.Cells(["tiny"]).Select(cell => SweepTask.Of(grid, material, cell))];
        new Sweep(material, tasks, "test", tokens, Path.Combine(place.Cache, cache), TimeSpan.Zero).Run(report, (ended, results) => scores?.Add(
            ended.Task.Cell, string.Join('\n', material.Evaluations.Zip(results.ShouldNotBeNull()).SelectMany(pair => pair.First.Scores(pair.Second, material.Hashes)))));
    }
}
