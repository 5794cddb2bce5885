using Harness.Results;
using Harness.ZeroShot.Tasks;

namespace Harness.Cli.Evaluations;

/// <summary>The mean accuracy over the seven tasks of the pruning papers.</summary>
internal static class Means
{
    /// <summary>The scores, and behind them the plain mean for every protocol that all seven were scored under.</summary>
    public static IReadOnlyList<Score> With(IReadOnlyList<Score> scores) =>
    [
        .. scores,
        .. scores.Where(score => score.Metric.StartsWith("acc@", StringComparison.Ordinal))
            .GroupBy(score => score.Metric)
            .Select(group => group.Where(score => ChoiceTasks.Seven.Contains(score.Task)).ToArray())
            .Where(seven => seven.Length == ChoiceTasks.Seven.Count)
            .Select(Mean),
    ];

    private static Score Mean(Score[] seven) => new(
        ScoreTables.MeanTask,
        seven[0].Metric,
        seven.Average(score => score.Value),
        seven.Sum(score => score.Tokens),
        ContentKey.OfText(string.Concat(seven.Select(score => score.Data + "\n"))),
        ContentKey.OfText(string.Concat(seven.Select(score => score.Ids + "\n"))),
        seven.All(score => score.Error is not null) ? Math.Sqrt(seven.Sum(score => score.Error!.Value * score.Error.Value)) / seven.Length : null)
    {
        Documents = seven.Sum(score => score.Documents),
    };
}
