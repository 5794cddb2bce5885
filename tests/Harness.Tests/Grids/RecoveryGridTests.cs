using Harness.Cli;
using Harness.Cli.Grids;
using Harness.Data.Hub;
using Harness.Results;

namespace Harness.Tests.Grids;

/// <summary>Recovery as an axis of a grid: pruned once, trained from there, scored by the same evaluations.</summary>
public sealed class RecoveryGridTests : IDisposable
{
    private const string Short = "\"steps\": 4, \"batch\": 2, \"accumulate\": 1, \"length\": 24, \"eval-samples\": 4, \"eval-every\": 2, \"warmup\": 0";

    private readonly TinyGrid _place = new("2:4");

    public RecoveryGridTests() => _place.Recover(
        "none",
        $$"""{ "name": "lora", "rank": 2, "lr": 0.01, "label": "lora", {{Short}} }""",
        $$"""{ "name": "full", "lr": 0.001, "label": "full", {{Short}} }""",
        $$"""{ "name": "norms", "lr": 0.01, "label": "norms", {{Short}} }""");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Recovers_every_pruned_cell_and_keeps_its_zeros()
    {
        var notes = Run("whole");

        notes.ShouldContain("tiny: 9 of 9 cells to run");
        var records = new RecordStore(_place.Folder).Load().ToDictionary(record => record.Cell.Name().Split(' ')[0] + record.Cell.Recovery?.Name);
        records.Values.ShouldAllBe(record => record.Failure == null, notes);
        records.Keys.ShouldBe(["dense", "magnitude", "magnitudefull", "magnitudelora", "magnitudenorms", "wanda", "wandafull", "wandalora", "wandanorms"], ignoreOrder: true);
        foreach (var record in records.Values.Where(record => record.Cell.Recovery is not null))
        {
            var recovery = record.Recovery.ShouldNotBeNull();
            (recovery.Loss.Count, recovery.GradNorm.Count, recovery.LearningRate.Count).ShouldBe((4, 4, 4));
            recovery.EvalLossAfter!.Value.ShouldBeLessThan(recovery.EvalLossBefore!.Value);
            recovery.EvalLosses!.Select(held => held.Step).ShouldBe([2]);
            var pruned = records[record.Cell.Method.Name];
            record.Achieved!.Linears.ShouldBe(pruned.Achieved!.Linears);
            record.Scores.Select(score => (score.Task, score.Metric, score.Ids)).ShouldBe(pruned.Scores.Select(score => (score.Task, score.Metric, score.Ids)));
            record.Scores[0].Value.ShouldNotBe(pruned.Scores[0].Value);
            record.Protocol!.Calibration.ShouldBe(pruned.Protocol!.Calibration);
        }

        records["wandalora"].Recovery!.Protocol.Trained.ShouldBeLessThan(records["wandafull"].Recovery!.Protocol.Trained);
        Directory.EnumerateDirectories(Cache("whole", "pruned")).Count().ShouldBe(2);
        Directory.EnumerateDirectories(Cache("whole", "recovered")).Count().ShouldBe(6);
    }

    [Fact]
    public void Does_nothing_the_second_time()
    {
        Run("whole");
        var records = _place.Records();

        Run("whole").ShouldBe("tiny: 0 of 9 cells to run\n");

        _place.Records().ShouldBe(records);
    }

    [Fact]
    public void Prunes_and_trains_nothing_anew_for_another_evaluation()
    {
        Run("whole");
        _place.Edit("\"limit\":4", "\"limit\":3");

        var notes = Run("whole");

        notes.ShouldContain("tiny: 9 of 9 cells to run");
        notes.ShouldNotContain("training");
    }

    [Theory]
    [InlineData("2:4 + lora")] // at the first training
    [InlineData(": scoring")] // before what it made is scored
    [InlineData("wanda 2:4 + norms")] // at the last
    public void Goes_on_where_it_was_killed_and_gives_the_same_records(string at)
    {
        Run("whole");
        var whole = _place.Records();
        Directory.Delete(Path.Combine(_place.Folder, "cells"), recursive: true);

        Should.Throw<OperationCanceledException>(() => Run("killed", at));
        var left = Directory.Exists(Path.Combine(_place.Folder, "cells")) ? _place.Records().Count : 0;
        var notes = Run("killed");

        left.ShouldBeInRange(3, 8);
        notes.ShouldContain($"tiny: {9 - left} of 9 cells to run");
        notes.ShouldNotContain("blocks for 3 cells");
        _place.Records().ShouldBe(whole);
    }

    [Fact]
    public void Is_trained_anew_by_a_check()
    {
        _place.Recover("none", $$"""{ "name": "norms", "label": "norms", {{Short}} }""");
        _place.Run("run").Code.ShouldBe(0);

        var result = _place.Run("check");

        result.Results.ShouldBe("tiny-grid: 5 cells, all as recorded and published.\n");
        result.Notes.ShouldContain("tiny wanda 2:4 + norms");
        result.Notes.ShouldContain(": training");
    }

    [Fact]
    public void Recovers_what_is_computed_in_half_precision()
    {
        _place.Edit("\"float32\"", "\"bfloat16\"");

        Run("half");

        _place.Records().Values.ShouldAllBe(record => record.Contains("\"outcome\": \"done\""));
    }

    [Fact]
    public void Records_a_recovery_that_fails_and_goes_on()
    {
        _place.Recover("none", $$"""{ "name": "lora", "targets": "nowhere", {{Short}} }""", $$"""{ "name": "norms", {{Short}} }""");

        Run("failed");

        var records = _place.Records();
        records.Count.ShouldBe(7);
        records.Count(record => record.Value.Contains("\"outcome\": \"failed\"")).ShouldBe(2);
        records.Single(record => record.Key.StartsWith("tiny.wanda.2of4.lora", StringComparison.Ordinal)).Value.ShouldContain("has no linear named nowhere");
    }

    [Fact]
    public void Fails_every_recovery_of_what_could_not_be_pruned()
    {
        _place.Edit("\"2:4\"", "\"8:64\"");

        Run("failed");

        _place.Records().Count(record => record.Value.Contains("too narrow to lose 56")).ShouldBe(8);
    }

    [Fact]
    public void Prunes_for_recoveries_alone()
    {
        _place.Recover($$"""{ "name": "norms", {{Short}} }""");

        Run("alone").ShouldContain("tiny: 3 of 3 cells to run");

        _place.Records().Keys.Count(name => name.Contains(".norms")).ShouldBe(2);
        _place.Records().Keys.ShouldNotContain("tiny.wanda.2of4.json");
    }

    [Fact]
    public void Refuses_options_that_a_recovery_does_not_know()
    {
        _place.Recover("""{ "name": "full", "rank": 8 }""", """{ "name": "norm" }""");

        var message = Should.Throw<InputException>(() => Run("refused")).Message;

        message.ShouldContain("recoveries[0]: full trains no adapters, so rank has no meaning.");
        message.ShouldContain("recoveries[1].name: Unknown recovery 'norm'. Did you mean 'norms'? Known: full, lora, none, norms.");
    }

    private string Cache(string name, string kind) => Path.Combine(_place.Cache, name, kind);

    /// <summary>Runs the grid; what it noted.</summary>
    /// <param name="killedAt">Asks it to stop once a note holds this text.</param>
    private string Run(string cache, string? killedAt = null)
    {
        using var stop = new CancellationTokenSource();
        using var notes = new Watched(line =>
        {
            if (killedAt is not null && line.Contains(killedAt, StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });
        var grid = GridCatalog.Load(_place.Results, "tiny-grid", GridWords.All);
        new GridRunner(grid, _place.Folder, new DataRoot(_place.Data), Path.Combine(_place.Cache, cache), new Session(new Output(TextWriter.Null, notes), stop.Token))
            .Run([("tiny", _place.Model)], TorchSharp.torch.CPU, retryFailed: false);
        return notes.ToString();
    }

    private sealed class Watched(Action<string> hear) : StringWriter
    {
        public override string NewLine => "\n";

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            hear(value ?? "");
        }
    }
}
