using System.Globalization;

namespace Harness.Prune.Methods;

/// <summary>Shares of the tiles that an iteration aims at.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="Epochs">Of the training behind it; null where the schedule does not say.</param>
internal sealed record ProgressiveStage(int Iteration, double Dense, double TwoOfFour, double TopK, double? Epochs);

/// <summary>The iterations of progressive pruning, in order.</summary>
/// <param name="Source">Where they are from, for sentences.</param>
internal sealed record ProgressiveSchedule(string Source, IReadOnlyList<ProgressiveStage> Stages)
{
    private const string Form = "iteration,dense,mid_2_4,topk";
    private const string EpochsColumn = "epochs";

    /// <summary>The authors' progressive_config.csv.</summary>
    public static ProgressiveSchedule Authors { get; } = new(
        "the authors' schedule", [new(1, 0.90, 0.10, 0.00, 1), new(2, 0.80, 0.10, 0.10, 1), new(3, 0.65, 0.20, 0.15, 5), new(4, 0.50, 0.30, 0.20, 5), new(5, 0.35, 0.45, 0.20, 10)]);

    /// <summary>An iteration's shares.</summary>
    /// <exception cref="InputException">The schedule has none of that number.</exception>
    public ProgressiveStage this[int iteration] => iteration >= 1 && iteration <= Stages.Count
        ? Stages[iteration - 1]
        : throw new InputException($"Iteration {iteration} is not in {Source}, which has iterations 1 to {Stages.Count}. Give --iteration, or a longer --schedule.");

    /// <summary>
    /// Reads a CSV file with a header; the columns iteration, dense, mid_2_4 and topk are needed, epochs (of the training behind an iteration) is read where it is there. Others, such as
    /// the authors' dense_to_2_4 and mid_2_4_to_topk, which follow from these, are left unread.
    /// </summary>
    public static ProgressiveSchedule Read(string path)
    {
        try
        {
            var rows = File.ReadAllLines(path).Where(line => line.Trim().Length > 0).Select(line => line.TrimStart('\uFEFF').Split(',', StringSplitOptions.TrimEntries)).ToArray();
            var columns = Form.Split(',').Select(column => rows.Length == 0 ? -1 : Array.IndexOf(rows[0], column)).ToArray();
            if (rows.Length < 2 || columns.Contains(-1))
            {
                throw new InputException($"{path} is no schedule: a first line with the columns {Form} and a line for each iteration were expected.");
            }

            var stages = rows.Skip(1).Select((row, i) => Stage(path, row, columns, Array.IndexOf(rows[0], EpochsColumn), i + 1)).ToArray();
            foreach (var (before, after) in stages.Zip(stages.Skip(1)))
            {
                CheckDownwards(path, before, after);
            }

            return new ProgressiveSchedule(path, stages);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read for schedule: a CSV file with the columns {Form} was expected.", e);
        }
    }

    private static ProgressiveStage Stage(string path, string[] row, int[] columns, int epochsColumn, int iteration)
    {
        var values = columns.Select(column => column < row.Length && double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray();
        var (dense, middle, lowest) = (values[1], values[2], values[3]);
        if (values[0] != iteration || !values.All(value => value >= 0) || !(Math.Abs(dense + middle + lowest - 1) <= 1e-6))
        {
            throw new InputException(
                $"{path}: '{string.Join(',', row)}' is no iteration {iteration} of a schedule; {Form} were expected, counted from 1, the three shares from 0 on and 1 together.");
        }

        return new ProgressiveStage(iteration, dense, middle, lowest, epochsColumn < 0 ? null : Epochs(path, row.ElementAtOrDefault(epochsColumn) ?? ""));
    }

    private static double Epochs(string path, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var epochs) && epochs > 0 && double.IsFinite(epochs)
        ? epochs
        : throw new InputException($"{path}: '{text}' is no number of epochs; a number above 0 was expected in the column {EpochsColumn}.");

    private static void CheckDownwards(string path, ProgressiveStage before, ProgressiveStage after)
    {
        if (after.Dense > before.Dense + 1e-6 || after.TopK < before.TopK - 1e-6)
        {
            throw new InputException(
                $"{path}: iteration {after.Iteration} asks for more than iteration {before.Iteration} leaves. Tiles only move down: dense cannot rise from one iteration to the next, nor topk fall.");
        }
    }
}
