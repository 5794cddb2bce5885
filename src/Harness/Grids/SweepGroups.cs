using System.Globalization;
using Harness.Cli.Jobs;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>How many cells one walk can carry: their states between two blocks must fit in half of the memory that is free.</summary>
internal static class SweepGroups
{
    private const double Share = 0.5;

    /// <summary>The cells in groups, one walk each, with what a walk can carry of each cell's evaluations; says what they will take.</summary>
    public static IEnumerable<(IReadOnlyList<Cell> Cells, long Tokens)> Of(Grid grid, GridMaterial material, IReadOnlyList<Cell> cells, Session session)
    {
        if (cells.Count == 0)
        {
            return [];
        }

        var evaluated = material.Evaluations.Sum(evaluation => Enumerable.Range(0, evaluation.Pieces).Sum(evaluation.TokensOf));
        var calibrated = cells.Any(cell => SweepCell.IsCalibrated(grid, cell)) ? (long)material.CalibrationRequest.Samples * material.CalibrationRequest.Length : 0;
        var bytesOfToken = material.Model.Config.HiddenSize * material.Model.DType.ElementSize();
        var available = (long)((GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet) * Share / bytesOfToken);
        var size = (int)Math.Clamp(available / (evaluated + calibrated), 1, cells.Count);
        var tokens = Math.Clamp(available - calibrated, 1, evaluated);
        session.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{material.Name}: {size} cells in one walk, {Bytes.Text((tokens + calibrated) * bytesOfToken * size)} of hidden states ({evaluated} tokens scored, {calibrated} calibrated on, per cell)"));
        if (tokens < evaluated)
        {
            session.Note(string.Create(CultureInfo.InvariantCulture, $"{material.Name}: {tokens} tokens fit in memory at a time, so the model is walked again for the rest"));
        }

        return cells.Chunk(size).Select(group => ((IReadOnlyList<Cell>)group, tokens));
    }
}
