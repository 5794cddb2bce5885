namespace Harness.Results.Tests;

/// <summary>Records that nobody measured: what tables and stores are tested with.</summary>
internal static class MadeUp
{
    public static Cell Cell(string method, string sparsity = "dense", string model = "tiny-1m") => new(model, new Method(method), Sparsity.Parse(sparsity));

    public static CellRecord Done(Cell cell, double wikitext2, double c4, double zeros = 0) => Bare(cell) with
    {
        Scores =
        [
            new("wikitext2", "ppl.token@256", wikitext2, 64, 16384, Hash("wikitext2"), Hash("wikitext2 ids")),
            new("c4", "ppl.token@256", c4, 64, 16384, Hash("c4 validation"), Hash("c4 ids")),
        ],
        Achieved = new AchievedSparsity(new ZeroCount((long)(zeros * 800_000), 800_000), new ZeroCount((long)(zeros * 800_000), 1_000_000), [zeros, zeros]),
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
        Provenance = new Provenance("0123abc", "0.1.0", "1.13.1", "a processor", 2),
    };

    private static string Hash(string text) => ContentKey.OfText(text);
}
