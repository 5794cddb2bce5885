using System.Globalization;
using Harness.Cli.Jobs;

namespace Harness.Cli.Grids;

/// <summary>How many cells one walk can carry: their states between two blocks must fit in the memory that the session may fill.</summary>
internal static class SweepGroups
{
    /// <summary>The tasks in groups, one walk each, with what a walk can carry of each cell's evaluations; says what they will take.</summary>
    public static IEnumerable<(IReadOnlyList<SweepTask> Tasks, long Tokens)> Of(GridMaterial material, IReadOnlyList<SweepTask> tasks, Session session)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        var evaluated = !tasks.Any(task => task.IsScored) ? 0 : material.Evaluations.Sum(evaluation => Enumerable.Range(0, evaluation.Pieces).Sum(evaluation.TokensOf));
        var calibrated = tasks.Any(task => task.IsCalibrated) ? (long)material.CalibrationRequest.Samples * material.CalibrationRequest.Length : 0;
        var bytesOfToken = material.Model.Config.HiddenSize * material.Model.DType.ElementSize();
        var available = session.Memory.Free / bytesOfToken;
        var size = (int)Math.Clamp(available / Math.Max(1, evaluated + calibrated), 1, tasks.Count);
        var tokens = Math.Clamp(available - calibrated, 1, Math.Max(1, evaluated));
        session.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{material.Name}: {size} cells in one walk, {Bytes.Text((tokens + calibrated) * bytesOfToken * size)} of hidden states ({evaluated} tokens scored, {calibrated} calibrated on, per cell)"));
        if (tokens < evaluated)
        {
            session.Note(string.Create(CultureInfo.InvariantCulture, $"{material.Name}: {tokens} tokens fit in memory at a time, so the model is walked again for the rest"));
        }

        return tasks.Chunk(size).Select(group => ((IReadOnlyList<SweepTask>)group, tokens));
    }
}
