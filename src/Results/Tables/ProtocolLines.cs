using System.Globalization;

namespace Harness.Results;

/// <summary>A record's protocol as sentences for people, with enough of each hash to tell two protocols apart.</summary>
internal static class ProtocolLines
{
    /// <summary>Each with what it is about, in an order to list them in: two texts about one thing are two protocols.</summary>
    public static IEnumerable<((int Order, string About) Subject, string Text)> Of(CellRecord record)
    {
        if (record.Protocol is { } protocol)
        {
            yield return ((0, "checkpoint"), $"checkpoint {NumberText.Brief(protocol.Model)}, tokenizer {NumberText.Brief(protocol.Tokenizer)}, {protocol.Dtype}");
        }

        if (record.Protocol?.Calibration is { } calibration)
        {
            yield return ((1, "calibration"),
                $"calibration: {calibration.Samples} samples of {calibration.Length} tokens from {calibration.Corpus}{(calibration.Preproc is { } rule ? $" by {rule}" : "")}, seed {calibration.Seed}, {calibration.Propagate} propagation "
                + $"(files {NumberText.Brief(calibration.Data)}, ids {NumberText.Brief(calibration.Ids)})");
        }

        if (record.Recovery?.Protocol is { } recovery)
        {
            yield return ((2, $"{record.Cell.Recovery}"), Sentence(record.Cell.Recovery!, recovery));
        }

        foreach (var score in record.Scores.Where(score => score.Windows is not null))
        {
            yield return ((3, $"{score.Task} {score.Metric}"),
                $"{score.Task} {score.Metric}: {score.Windows} windows, {score.Tokens} tokens (files {NumberText.Brief(score.Data)}, ids {NumberText.Brief(score.Ids)})");
        }

        // acc_norm is the same documents again, and a mean is made of what is listed
        foreach (var score in record.Scores.Where(score => score.Documents is not null && score.Metric.StartsWith("acc@", StringComparison.Ordinal) && score.Ties is not null))
        {
            var shortened = score.Truncated > 0 ? $", {score.Truncated} contexts cut on the left" : "";
            yield return ((4, $"{score.Task} {score.Metric}"),
                $"{score.Task} {score.Metric}: {score.Documents} documents, {score.Tokens} tokens{shortened} (files {NumberText.Brief(score.Data)}, ids {NumberText.Brief(score.Ids)})");
        }
    }

    private static string Sentence(Recovery recovery, RecoveryProtocol how)
    {
        var settings = string.Concat((how.Settings ?? new Dictionary<string, string>()).Select(setting => $", {setting.Key} {setting.Value}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"recovery {recovery.Name}: {how.Steps} steps of {how.Batch} sequences of {how.Length} tokens from {how.Corpus}, seed {how.Seed}, learning rate {how.LearningRate}{settings}; ")
            + $"{how.Trained.ToString(CultureInfo.InvariantCulture)} numbers trained (files {NumberText.Brief(how.Data)}, ids {NumberText.Brief(how.Ids)})";
    }
}
