namespace Harness.Results.Tests;

/// <summary>Records that nobody measured: what tables and stores are tested with.</summary>
internal static class MadeUp
{
    public static Cell Cell(string method, string sparsity = "dense", string model = "tiny-1m") => new(model, new Method(method), Sparsity.Parse(sparsity));

    /// <summary>Four methods × three sparsities of two models, of which one was never run.</summary>
    public static Grid Grid() => GridCatalog.Parse("""
        {
          "title": "Made up: one-shot pruning",
          "models": ["tiny-1m", "tiny-2m"],
          "methods": ["dense", { "name": "magnitude", "label": "magnitude*" }, "wanda", "sparsegpt"],
          "sparsities": ["0.5", "0.75", "2:4"],
          "evaluations": ["wikitext2", "c4"]
        }
        """, "made-up", "grid.json", GridTests.Words);

    /// <summary>Done, missing, failed and rescued cells of <see cref="Grid"/>.</summary>
    public static IReadOnlyList<CellRecord> Records()
    {
        var rescued = Done(Cell("sparsegpt", "2:4"), 33.333, 44.444, 0.5);
        return
        [
            Done(Cell("dense"), 25.4449, 35.001),
            Done(Cell("magnitude", "0.5"), 1556.131, 999.996, 0.50114),
            Done(Cell("magnitude", "0.75"), double.PositiveInfinity, double.NaN, 0.7515),
            Done(Cell("wanda", "0.5"), 30.1, 40.2, 0.5),
            Failed(Cell("wanda", "2:4"), "OOM", "Out of memory in layer 1: 2.1 GB were asked for, 1.9 GB were free."),
            Done(Cell("sparsegpt", "0.5"), 29.05, 39.994, 0.50005),
            Failed(Cell("sparsegpt", "0.75"), "not PD", "The Hessian of model.layers.1.mlp.down_proj is not positive definite at a damping of 100."),
            rescued with
            {
                Protocol = rescued.Protocol! with { DampingRetries = [new("model.layers.0.mlp.down_proj", 0.1, 1), new("model.layers.1.mlp.down_proj", 1, 2)] },
            },
        ];
    }

    public static CellRecord Done(Cell cell, double wikitext2, double c4, double zeros = 0) => Bare(cell) with
    {
        Scores =
        [
            new("wikitext2", "ppl.token@256", wikitext2, 16384, Hash("wikitext2"), Hash("wikitext2 ids"), Windows: 64),
            new("c4", "ppl.token@256", c4, 16384, Hash("c4 validation"), Hash("c4 ids"), Windows: 64),
        ],
        Achieved = new AchievedSparsity(new ZeroCount((long)(zeros * 800_000), 800_000), new ZeroCount((long)(zeros * 800_000), 1_000_000), [zeros, zeros]),
    };

    /// <summary>A text and two tasks with choices.</summary>
    public static Grid ZeroShotGrid() => GridCatalog.Parse("""
        {
          "title": "Made up: zero-shot",
          "models": ["tiny-1m"],
          "methods": ["dense", "wanda"],
          "sparsities": ["0.5", "2:4"],
          "evaluations": ["wikitext2", "boolq", "piqa"]
        }
        """, "made-up", "grid.json", GridTests.Words);

    /// <summary>A cell of <see cref="ZeroShotGrid"/>: this share of boolq and of the mean, half of it of piqa.</summary>
    public static CellRecord Accurate(Cell cell, double share) => Bare(cell) with
    {
        Scores =
        [
            new("wikitext2", "ppl.token@256", 10 / share, 16384, Hash("wikitext2"), Hash("wikitext2 ids"), Windows: 64),
            Accuracy("boolq", "acc@lmeval-v0", share),
            Accuracy("piqa", "acc@lmeval-v0", share / 2),
            Accuracy("piqa", "acc_norm@lmeval-v0", share),
            new("zero-shot", "acc@lmeval-v0", share, 1234, Hash("all"), Hash("all ids"), 0.01) { Documents = 700 },
        ],
    };

    private static Score Accuracy(string task, string metric, double share) =>
        new(task, metric, share, 1234, Hash(task), Hash($"{task} ids"), 0.05) { Documents = 100, Ties = 0, Truncated = 2, Empty = 0 };

    /// <summary>Two methods at three sparsities, as pruned and under two recoveries.</summary>
    public static Grid RecoveryGrid() => GridCatalog.Parse("""
        {
          "title": "Made up: pruned & recovered",
          "models": ["tiny-1m"],
          "methods": ["dense", { "name": "magnitude", "label": "magnitude*" }, "wanda"],
          "sparsities": ["0.5", "0.75", "2:4"],
          "recoveries": ["none", { "name": "lora", "steps": 250, "rank": 4, "label": "lora" }, "full"],
          "evaluations": ["wikitext2", "c4", "boolq"]
        }
        """, "made-up", "grid.json", GridTests.Words);

    /// <summary>Cells of <see cref="RecoveryGrid"/>, of which one recovery failed and others were not run.</summary>
    public static IReadOnlyList<CellRecord> RecoveredRecords()
    {
        var (lora, full) = (new Recovery("lora", [new("steps", "250"), new("rank", "4")]), new Recovery("full"));
        return
        [
            Done(Cell("dense"), 25.4449, 35.001),
            Done(Cell("magnitude", "0.5"), 1556.131, 999.996, 0.50114),
            Done(Cell("magnitude", "0.75"), double.PositiveInfinity, 2e5, 0.7515),
            Recovered(Cell("magnitude", "0.5") with { Recovery = lora }, 99.5, 88.4, 250),
            Done(Cell("wanda", "0.5"), 40.1, 50.2, 0.5),
            Done(Cell("wanda", "0.75"), 400.1, 500.2, 0.75),
            Done(Cell("wanda", "2:4"), 60.1, 70.2, 0.5),
            Recovered(Cell("wanda", "0.5") with { Recovery = lora }, 33.3, 44.4, 250),
            Recovered(Cell("wanda", "0.75") with { Recovery = lora }, 133.3, 144.4, 250),
            Recovered(Cell("wanda", "0.5") with { Recovery = full }, 30.1, 40.2, 3),
            Failed(Cell("wanda", "0.75") with { Recovery = full }, "OOM", "Out of memory in step 7: 2.1 GB were asked for, 1.9 GB were free."),
        ];
    }

    public static CellRecord Recovered(Cell cell, double wikitext2, double c4, int steps) => Done(cell, wikitext2, c4, 0.5) with
    {
        Recovery = new RecoveryRecord
        {
            Protocol = new RecoveryProtocol
            {
                Corpus = "c4",
                Steps = steps,
                Batch = 8,
                Length = 128,
                LearningRate = 0.0001,
                Seed = 42,
                Settings = cell.Recovery!.Name == "lora" ? new Dictionary<string, string> { ["rank"] = "4", ["alpha"] = "16" } : null,
                Trained = 12345,
                Data = Hash("c4 train"),
                Ids = Hash("training ids"),
            },
            EvalLossBefore = 5.5,
            EvalLossAfter = 4.25,
            EvalLosses = [(steps / 3, 4.75), (2 * steps / 3, 4.5)],
            Loss = [.. Enumerable.Range(0, steps).Select(step => 4 + 1.0 / (step + 1) + 0.1 * Math.Sqrt(step % 7))],
            GradNorm = [.. Enumerable.Range(0, steps).Select(step => 1.0 / 3 / (step + 1))],
            LearningRate = [.. Enumerable.Range(0, steps).Select(step => 0.0001 * (steps - step) / steps)],
        },
    };

    public static CellRecord Failed(Cell cell, string brief, string reason) => Bare(cell) with { Failure = new Failure(brief, reason) };

    public static IReadOnlyList<StageTime> Times { get; } = [new("prune", 12.34, 800_000_000), new("score", 101.5, 950_000_000)];

    private static CellRecord Bare(Cell cell) => new()
    {
        Cell = cell,
        Inputs = new Dictionary<string, string> { ["model"] = Hash(cell.Model), ["method"] = cell.Method.ToString(), ["sparsity"] = cell.Sparsity.ToString() },
        Protocol = new Protocol
        {
            Model = Hash(cell.Model),
            Tokenizer = Hash("tokenizer"),
            Dtype = "float32",
            Calibration = cell.Method.Name is "wanda" or "sparsegpt"
                ? new CalibrationProtocol("c4", 16, 128, 0, "sequential", Hash("c4 train"), Hash("calibration ids"))
                : null,
        },
        Provenance = new Provenance("0123abc", "0.1.0", "1.13.1", "a processor", 2, "SkylakeX"),
    };

    private static string Hash(string text) => ContentKey.OfText(text);
}
