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

        Should.Throw<OperationCanceledException>(() => Run(place, "killed", KilledBeyond(2)));
        var (reports, resumed) = (new List<double>(), new Dictionary<Cell, string>());
        Run(place, "killed", reports.Add, resumed);

        reports.Min().ShouldBeGreaterThan(2);
        resumed.ShouldBe(whole, ignoreOrder: true);
        Directory.EnumerateFileSystemEntries(Path.Combine(place.Cache, "killed", "sweeps")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sequential", 0)]
    [InlineData("sequential", 30_000)]
    [InlineData("dense", 0)]
    public void Puts_on_disk_what_does_not_fit_in_memory_and_gives_the_same_numbers(string propagate, long bytes)
    {
        using var place = new TinyGrid("0.5", "2:4");
        place.Edit("\"propagate\":\"sequential\"", $"\"propagate\":\"{propagate}\"");
        var (held, onDisk) = (new Dictionary<Cell, string>(), new Dictionary<Cell, string>());
        Run(place, "held", _ => { }, held);
        var space = new StateSpace(bytes, Path.Combine(place.Cache, "states"));

        Run(place, "on disk", _ => Assert.True(space.Held <= bytes), onDisk, space);

        onDisk.ShouldBe(held, ignoreOrder: true);
        space.PutOnDisk.ShouldBePositive();
        space.Held.ShouldBe(0);
        Directory.EnumerateFileSystemEntries(Path.Combine(place.Cache, "states")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("dense")]
    public void Gives_the_numbers_of_each_cell_by_itself(string propagate)
    {
        using var place = new TinyGrid("0.5", "2:4");
        place.Edit("\"propagate\":\"sequential\"", $"\"propagate\":\"{propagate}\"");
        var (together, alone) = (new Dictionary<Cell, string>(), new Dictionary<Cell, string>());
        Run(place, "together", _ => { }, together);

        foreach (var cell in together.Keys)
        {
            Run(place, $"{cell}".Replace(':', '-'), _ => { }, alone, only: cell);
        }

        alone.ShouldBe(together, ignoreOrder: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Loses_at_most_as_many_blocks_as_it_may_whenever_it_is_killed(int keepEvery)
    {
        const int Layers = 8;
        using var place = new TinyGrid(Layers, "0.5");
        var whole = new Dictionary<Cell, string>();
        Run(place, "whole", _ => { }, whole);
        var wanda = whole.Keys.Single(cell => cell.Method.Name == "wanda");
        var random = new Random(keepEvery);
        for (var kill = 0; kill < 25; kill++)
        {
            var (moment, done) = (random.NextDouble() * Layers, 0.0);
            Should.Throw<OperationCanceledException>(() => Run(place, $"killed {kill}", KilledBeyond(moment) + (blocks => done = blocks), only: wanda, rhythm: new SnapshotRhythm(keepEvery)));

            var (reports, resumed) = (new List<double>(), new Dictionary<Cell, string>());
            Run(place, $"killed {kill}", reports.Add, resumed, only: wanda, rhythm: new SnapshotRhythm(keepEvery));

            (reports[0] - 1).ShouldBeGreaterThanOrEqualTo(done - keepEvery, $"killed at block {moment}");
            resumed[wanda].ShouldBe(whole[wanda], $"killed at block {moment}");
        }
    }

    [Fact]
    public void Goes_on_without_the_cell_that_had_failed_before_it_was_killed()
    {
        using var place = new TinyGrid("8:64"); // too wide for the narrow linears
        var whole = new Dictionary<Cell, string>();
        Run(place, "whole", _ => { }, whole);

        Should.Throw<OperationCanceledException>(() => Run(place, "killed", KilledBeyond(2)));
        var (reports, resumed) = (new List<double>(), new Dictionary<Cell, string>());
        Run(place, "killed", reports.Add, resumed);

        reports.Min().ShouldBeGreaterThan(2);
        resumed.ShouldBe(whole, ignoreOrder: true);
        whole.Values.Count(text => text.Contains("too narrow to lose 56")).ShouldBePositive();
    }

    private static Action<double> KilledBeyond(double moment) => blocks => _ = blocks > moment ? throw new OperationCanceledException() : blocks;

    private static void Run(TinyGrid place, string cache, Action<double> report, Dictionary<Cell, string>? scores = null, StateSpace? states = null, Cell? only = null, SnapshotRhythm? rhythm = null)
    {
        var grid = GridCatalog.Load(place.Results, "tiny-grid", GridWords.All);
        using var material = new GridMaterial(grid, "tiny", CausalLM.Open(place.Model), new DataRoot(place.Data), Path.Combine(place.Cache, cache));
        SweepTask[] tasks = [.. grid.Cells(["tiny"]).Where(cell => only is null || cell == only).Select(cell => SweepTask.Of(grid, material, cell))];
        material.Model.States = states ?? StateSpace.Memory;
        new Sweep(material, tasks, "test", Path.Combine(place.Cache, cache), rhythm ?? new SnapshotRhythm(1), MemoryBudget.OfMachine).Run(report, (ended, results) => scores?.Add(
            ended.Task.Cell,
            results is null ? ended.Run.Failure.ShouldNotBeNull().Message : string.Join('\n', material.Evaluations.Zip(results).SelectMany(pair => pair.First.Scores(pair.Second, material.Hashes)))));
    }
}
