using System.Text.Json.Serialization;

namespace Harness.Results;

/// <summary>
/// What is known of one cell, committed as <c>cells/&lt;slug&gt;.json</c>. Two runs of the same cell on one machine write the same bytes: times are kept apart,
/// in <see cref="CellTimings"/>.
/// </summary>
public sealed record CellRecord
{
    public required Cell Cell { get; init; }

    /// <summary><see cref="CellKey.Of"/> of <see cref="Inputs"/>.</summary>
    public string Key => CellKey.Of(Inputs);

    /// <summary>Everything that the numbers depend on, by name.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init => field = CellKey.Sorted(value); }

    /// <summary><c>done</c> or <c>failed</c>.</summary>
    public string Outcome => Failure is null ? "done" : "failed";

    /// <summary>Why the cell has no numbers; null where it has.</summary>
    public Failure? Failure { get; init; }

    public IReadOnlyList<Score> Scores { get; init; } = [];

    public AchievedSparsity? Achieved { get; init; }

    public Protocol? Protocol { get; init; }

    /// <summary>How it was finetuned; null for a cell without recovery.</summary>
    public RecoveryRecord? Recovery { get; init; }

    public Provenance? Provenance { get; init; }

    /// <summary>The record without its provenance: what another machine should reproduce.</summary>
    public string Numbers() => RecordJson.Write(this with { Provenance = null });

    /// <summary>Whether two records say the same, whoever measured it.</summary>
    public static bool SameNumbers(CellRecord a, CellRecord b) => a.Numbers() == b.Numbers();
}

/// <summary>A cell that could not be measured.</summary>
/// <param name="Short">What stands in the table: <c>OOM</c>, <c>not PD</c>.</param>
/// <param name="Reason">The whole sentence.</param>
public sealed record Failure(string Short, string Reason);

/// <summary>One measured number.</summary>
/// <param name="Task">What was evaluated: <c>wikitext2</c>.</param>
/// <param name="Metric">What was measured, and as far as that has a name how: <c>ppl.token@1024</c>, <c>acc@lmeval-v0</c>.</param>
/// <param name="Value">The number, an accuracy as a share; not finite where the model is that far gone.</param>
/// <param name="Tokens">How many tokens were scored: those of the windows, or those that go through the model for the documents.</param>
/// <param name="Data">Content key of the evaluated files.</param>
/// <param name="Ids">Content key of the evaluated token ids.</param>
/// <param name="Error">Its standard error, where the task has one.</param>
/// <param name="Windows">How many windows were scored; null for a task of documents.</param>
public sealed record Score(
    string Task,
    string Metric,
    double Value,
    [property: JsonPropertyOrder(2)] long Tokens,
    [property: JsonPropertyOrder(3)] string Data,
    [property: JsonPropertyOrder(4)] string Ids,
    [property: JsonPropertyOrder(5)] double? Error = null,
    [property: JsonPropertyOrder(1)] int? Windows = null)
{
    /// <summary>How many documents were decided; null for windows.</summary>
    [JsonPropertyOrder(1)]
    public int? Documents { get; init; }

    /// <summary>Documents whose best score belongs to several choices.</summary>
    [JsonPropertyOrder(6)]
    public int? Ties { get; init; }

    /// <summary>Requests whose context was longer than the window.</summary>
    [JsonPropertyOrder(7)]
    public int? Truncated { get; init; }

    /// <summary>Requests whose continuation has no token of its own.</summary>
    [JsonPropertyOrder(8)]
    public int? Empty { get; init; }
}

/// <summary>Exact zeros after pruning.</summary>
/// <param name="Linears">Over the decoder's linears, what a method is asked to prune.</param>
/// <param name="Model">Over every parameter of the checkpoint, each stored tensor once.</param>
/// <param name="Layers">The share of zeros in each decoder layer's linears.</param>
public sealed record AchievedSparsity(ZeroCount Linears, ZeroCount Model, IReadOnlyList<double> Layers);

/// <summary>How many of a set of weights are exactly zero.</summary>
public sealed record ZeroCount(long Zeros, long Elements)
{
    /// <summary>Zeros ÷ elements.</summary>
    public double Share => Elements == 0 ? 0 : (double)Zeros / Elements;
}
