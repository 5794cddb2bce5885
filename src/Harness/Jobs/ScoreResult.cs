namespace Harness.Cli.Jobs;

/// <summary>What <c>score</c> measured, written by --json (docs/json.md).</summary>
internal sealed record ScoreResult
{
    public required string Harness { get; init; }

    public required string Libtorch { get; init; }

    public required string Model { get; init; }

    public required string Dtype { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>Content key of the tokenizer.</summary>
    public required string Tokenizer { get; init; }

    public required IReadOnlyList<TaskScore> Scores { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long PeakBytes { get; init; }
}

/// <summary>A perplexity and what it is made of.</summary>
/// <param name="Task">wikitext2, c4 or a file's path, as asked for.</param>
/// <param name="Metric">Unit and window: <c>ppl.token@1024</c>.</param>
/// <param name="Value">The perplexity.</param>
/// <param name="Error">Its standard error over windows; null for a single window.</param>
/// <param name="Data">SHA-256 of the files.</param>
/// <param name="Text">SHA-256 of the text.</param>
/// <param name="Ids">SHA-256 of the scored ids as int32.</param>
/// <param name="WindowLosses">Mean cross-entropy of each window, in nats.</param>
internal sealed record TaskScore(
    string Task, string Metric, double Value, double? Error, int Windows, long Tokens, string Data, string Text, string Ids, IReadOnlyList<double> WindowLosses);
