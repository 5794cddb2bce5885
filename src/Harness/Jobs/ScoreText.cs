using System.Globalization;
using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>Scores as tables for people: one of perplexities, one of accuracies.</summary>
internal static class ScoreText
{
    public static void Write(IReadOnlyList<TaskScore> scores, TextWriter writer)
    {
        var texts = scores.Where(score => score.Windows is not null).ToList();
        var accuracies = scores.Where(score => score.Windows is null).ToList();
        if (texts.Count > 0)
        {
            var table = new TextTable("task", "ppl ↓", "±", "windows", "tokens", "metric");
            foreach (var score in texts)
            {
                table.Add(score.Task, Number(score.Value, "G6"), Error(score, 1), Count(score.Windows), Number(score.Tokens, "0"), score.Metric);
            }

            table.Write(writer);
        }

        if (accuracies.Count > 0)
        {
            var table = new TextTable("task", "% ↑", "±", "documents", "ties", "truncated", "empty", "metric");
            foreach (var score in accuracies)
            {
                table.Add(
                    score.Task == ScoreTables.MeanTask ? "mean of seven" : score.Task, Number(score.Value * 100, "0.00"), Error(score, 100), Count(score.Documents), Count(score.Ties), Count(score.Truncated), Count(score.Empty), score.Metric);
            }

            table.Write(writer);
        }
    }

    private static string Error(TaskScore score, double unit) => score.Error is { } error ? Number(error * unit, "G2") : "—";

    private static string Count(int? count) => count is { } number ? Number(number, "0") : "—";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
