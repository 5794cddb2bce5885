using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>What <c>score</c> measured, written by --json (docs/json.md).</summary>
internal sealed record ScoreResult
{
    public required string Harness { get; init; }

    public required string Libtorch { get; init; }

    public string? OpenBlas { get; init; }

    public required string Model { get; init; }

    /// <summary>The adapter's folder; null for none.</summary>
    public string? Adapter { get; init; }

    public required string Dtype { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>Content key of the tokenizer.</summary>
    public required string Tokenizer { get; init; }

    public required IReadOnlyList<TaskScore> Scores { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long PeakBytes { get; init; }
}

/// <summary>A number and what it is made of.</summary>
/// <param name="Task">wikitext2, boolq or a file's path, as asked for; zero-shot for the mean of the papers' seven.</param>
/// <param name="Metric">What was measured and how: <c>ppl.token@1024</c>, <c>acc@lmeval-v0</c>.</param>
/// <param name="Value">The perplexity, or the share of documents that are right.</param>
/// <param name="Error">Its standard error over windows or documents; null for a single one.</param>
/// <param name="Windows">How many; null for documents.</param>
/// <param name="Documents">How many; null for windows.</param>
/// <param name="Tokens">That were scored, or that go through the model for the documents.</param>
/// <param name="Ties">Documents whose best score belongs to several choices.</param>
/// <param name="Truncated">Requests whose context was longer than the window.</param>
/// <param name="Empty">Requests whose continuation has no token of its own.</param>
/// <param name="Data">SHA-256 of the files.</param>
/// <param name="Text">SHA-256 of the text.</param>
/// <param name="Ids">SHA-256 of the scored ids as int32.</param>
/// <param name="WindowLosses">Mean cross-entropy of each window, in nats.</param>
internal sealed record TaskScore(
    string Task,
    string Metric,
    double Value,
    double? Error,
    int? Windows,
    int? Documents,
    long Tokens,
    int? Ties,
    int? Truncated,
    int? Empty,
    string Data,
    string? Text,
    string Ids,
    IReadOnlyList<double>? WindowLosses)
{
    /// <summary>With what only a text has.</summary>
    public static TaskScore Of(Score score, string? text, IReadOnlyList<double>? losses) => new(
        score.Task, score.Metric, score.Value, score.Error, score.Windows, score.Documents, score.Tokens, score.Ties, score.Truncated, score.Empty, score.Data, text, score.Ids, losses);
}
