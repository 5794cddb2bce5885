using Harness.Data;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Grids;

public sealed class GridVerbTests
{
    [Fact]
    public void Run_measures_every_cell_once()
    {
        using var grid = new TinyGrid("0.5", "2:4");

        var first = grid.Run("run");
        var records = grid.Records();
        var second = grid.Run("run");

        first.Code.ShouldBe(0, first.Notes);
        first.Notes.ShouldContain("tiny: 7 of 7 cells to run");
        records.Count.ShouldBe(7);
        first.Results.ShouldBe(File.ReadAllText(Path.Combine(grid.Folder, "scores.md")));
        second.Notes.ShouldBe("tiny: 0 of 7 cells to run\n");
        grid.Records().ShouldBe(records);
    }

    [Fact]
    public async Task Two_runs_at_once_measure_every_cell_once()
    {
        using var grid = new TinyGrid("0.5", "2:4");

        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => grid.Run("run"))));

        results.Select(result => result.Code).ShouldBe([0, 0], string.Concat(results.Select(result => result.Notes)));
        results.Count(result => result.Notes.Contains("tiny: 7 of 7 cells to run")).ShouldBe(1);
        results.Count(result => result.Notes.EndsWith("tiny: 0 of 7 cells to run\n")).ShouldBe(1);
        grid.Records().Count.ShouldBe(7);
    }

    [Fact]
    public async Task Run_waits_for_another_that_is_at_work_on_the_model()
    {
        using var grid = new TinyGrid("0.5");
        using var notes = new Listening("tiny: another run is at work on this model; waiting for it");
        var other = await FileLock.Acquire(Path.Combine(CacheFolder.Default, "locks", $"{CheckpointFolder.Open(grid.Model).Key}.lock"), TestContext.Current.CancellationToken);

        var run = Task.Run(() => grid.Run(notes, "run"), TestContext.Current.CancellationToken);
        await notes.Heard;
        Directory.Exists(Path.Combine(grid.Folder, "cells")).ShouldBeFalse();
        other.Dispose();

        (await run).Notes.ShouldContain("waiting for it\ntiny: 4 of 4 cells to run\n");
    }

    /// <summary>Notes that tell when a line is written.</summary>
    private sealed class Listening(string line) : StringWriter
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == line)
            {
                _heard.SetResult();
            }
        }
    }

    [Fact]
    public void Run_tells_its_plan_and_does_nothing_where_only_that_is_asked_for()
    {
        using var grid = new TinyGrid("0.5", "2:4");

        var result = grid.Run("run", "--plan");

        result.Code.ShouldBe(0, result.Notes);
        result.Results.ShouldStartWith("tiny: 7 of 7 cells to run\ntiny: One walk over 3 blocks for 7 cells. Memory plan: ");
        result.Results.ShouldContain("About a second of matrix products at ");
        Directory.Exists(Path.Combine(grid.Folder, "cells")).ShouldBeFalse();
        grid.Run("run", "--memory", "1MB").Notes.ShouldContain("--memory is 1 MB, of which 0 B are still free; a block, its statistics, the output head and the libraries alone take ");
    }

    [Fact]
    public void Run_goes_on_when_a_cell_fails_and_records_why()
    {
        using var grid = new TinyGrid("0.5", "8:64");

        var result = grid.Run("run");

        result.Code.ShouldBe(1, result.Notes);
        var failed = grid.Records()["tiny.magnitude.8of64.json"];
        failed.ShouldContain("\"outcome\": \"failed\"");
        failed.ShouldContain("model.layers.0.self_attn.q_proj.weight has 32 inputs: groups of 64 leave a last one of 32, too narrow to lose 56.");
        grid.Records()["tiny.wanda.0.5.json"].ShouldContain("\"outcome\": \"done\"");
    }

    [Fact]
    public void Run_calibrates_on_a_file_by_a_rule_of_llmc_and_records_both()
    {
        using var grid = new TinyGrid("0.5");
        grid.Run("run").Code.ShouldBe(0);
        var papers = grid.Records();
        grid.CalibrateOnShortRows();

        grid.Run("run").Notes.ShouldContain("tiny: 2 of 4 cells to run");

        var records = grid.Records();
        records["tiny.magnitude.0.5.json"].ShouldBe(papers["tiny.magnitude.0.5.json"]);
        records["tiny.wanda.0.5.json"].ShouldContain("\"calibration.preproc\": \"pileval_smooth\"");
        records["tiny.wanda.0.5.json"].ShouldContain("\"preproc\": \"pileval_smooth\"");
        papers["tiny.wanda.0.5.json"].ShouldNotContain("preproc");
        File.ReadAllText(Path.Combine(grid.Folder, "scores.md")).ShouldContain("calibration: 4 samples of 32 tokens from rows.jsonl by pileval_smooth, seed 0, sequential propagation");
    }

    [Fact]
    public void Run_tells_which_sparsities_a_method_cannot_do_before_it_starts()
    {
        using var grid = new TinyGrid("2:3");

        var result = grid.Run("run");

        result.Code.ShouldBe(2);
        result.Notes.ShouldContain("Sparsity '2:3' is not supported by sparsegpt: groups of 3 do not divide its block of 128 columns. Use 2:4, 4:8 or a ratio.");
        Directory.Exists(Path.Combine(grid.Folder, "cells")).ShouldBeFalse();
    }

    [Fact]
    public void Check_finds_nothing_where_a_fresh_run_says_the_same()
    {
        using var grid = new TinyGrid("0.5");
        grid.Run("run");

        var result = grid.Run("check");

        result.Code.ShouldBe(0, result.Results);
        result.Results.ShouldBe("tiny-grid: 4 cells, all as recorded and published.\n");
    }

    [Fact]
    public void Check_tells_what_differs_from_the_records()
    {
        using var grid = new TinyGrid("0.5");
        grid.Run("run");
        var dense = Path.Combine(grid.Folder, "cells", "tiny.dense.json");
        File.WriteAllText(dense, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(dense), "\"value\": [0-9.]+", "\"value\": 12.5"));

        var result = grid.Run("check");

        result.Code.ShouldBe(1);
        result.Results.ShouldContain("tiny dense: c4 ppl.token@32 is ");
        result.Results.ShouldContain("committed: 12.5");
    }

    [Fact]
    public void Check_wants_records()
    {
        using var grid = new TinyGrid("0.5");

        grid.Run("check").Notes.ShouldBe($"harness: {grid.Folder} has no records to compare with. Run it first: harness grid run tiny-grid.\n");
    }

    [Fact]
    public void List_counts_cells()
    {
        using var grid = new TinyGrid("0.5");
        grid.Run("run");

        Program.Succeed("grid", "list", "--results", grid.Results).ShouldContain("tiny-grid  4     0       4      Tiny");
    }

    [Fact]
    public void Run_says_where_it_looked_for_a_model()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["results/g"]);
        folder.Write("results/g/grid.json", """
            { "title": "T", "models": ["nowhere"], "methods": ["dense"], "calibration": { "corpus": "c4" }, "propagate": "sequential", "evaluations": ["c4"] }
            """);

        Program.Refuse("grid", "run", "g", "--results", folder["results"]).ShouldBe(
            "Model 'nowhere' not found (looked in HARNESS_MODELS, which is not set). Pass --models DIR with its folder, or set HARNESS_MODELS to the folder that holds it.");
    }
}
