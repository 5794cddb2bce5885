using System.Globalization;
using Harness.Cli.Jobs;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>How many cells one walk can carry: their states between two blocks must fit in half of the memory that is free.</summary>
internal static class SweepGroups
{
    private const double Share = 0.5;

    /// <summary>The cells in groups, one walk each; says what they will take.</summary>
    public static IEnumerable<IReadOnlyList<Cell>> Of(Grid grid, GridMaterial material, IReadOnlyList<Cell> cells, Session session)
    {
        if (cells.Count == 0)
        {
            return [];
        }

        var evaluated = material.Evaluations.Sum(evaluation => (long)evaluation.Windows * evaluation.Length);
        var calibrated = cells.Any(cell => SweepCell.IsCalibrated(grid, cell)) ? (long)material.CalibrationRequest.Samples * material.CalibrationRequest.Length : 0;
        var bytesOfCell = (evaluated + calibrated) * material.Model.Config.HiddenSize * material.Model.DType.ElementSize();
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        var size = (int)Math.Clamp(available * Share / bytesOfCell, 1, cells.Count);
        session.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{material.Name}: {size} cells in one walk, {Bytes.Text(bytesOfCell * size)} of hidden states ({evaluated} tokens scored, {calibrated} calibrated on, per cell)"));
        return cells.Chunk(size);
    }
}
