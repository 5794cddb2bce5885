using Harness.Cli.Grids;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Tests.Grids;

public sealed class SweepTests
{
    [Fact]
    public void Goes_on_at_the_block_where_it_was_killed_and_gives_the_same_numbers()
    {
        using var place = new TinyGrid("0.5", "4:8");
        var whole = new Dictionary<Cell, double>();
        Run(place, "whole", _ => { }, whole);

        Should.Throw<OperationCanceledException>(() => Run(place, "killed", blocks =>
        {
            if (blocks > 2)
            {
                throw new OperationCanceledException();
            }
        }));
        var (reports, resumed) = (new List<double>(), new Dictionary<Cell, double>());
        Run(place, "killed", reports.Add, resumed);

        reports.Min().ShouldBeGreaterThan(2);
        resumed.ShouldBe(whole, ignoreOrder: true);
        Directory.EnumerateFileSystemEntries(Path.Combine(place.Cache, "killed", "sweeps")).ShouldBeEmpty();
    }

    private static void Run(TinyGrid place, string cache, Action<double> report, Dictionary<Cell, double>? scores = null)
    {
        var grid = GridCatalog.Load(place.Results, "tiny-grid", GridWords.All);
        using var material = new GridMaterial(grid, "tiny", CausalLM.Open(place.Model), new DataRoot(place.Data), Path.Combine(place.Cache, cache));
        new Sweep(grid, material, [.. grid.Cells(["tiny"])], Path.Combine(place.Cache, cache), TimeSpan.Zero)
            .Run(report, (ended, results) => scores?.Add(ended.Cell, ((PerplexityResult)results.ShouldNotBeNull().Single()).Value));
    }
}
