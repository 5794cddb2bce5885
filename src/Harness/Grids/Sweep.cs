using System.Diagnostics;
using Harness.Models;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>
/// One walk over a model's blocks for all the cells that want it: every block is read once, and for each cell pruned, calibrated on and scored with while it is there.
/// </summary>
/// <param name="betweenSnapshots">How much work a killed sweep may lose.</param>
internal sealed class Sweep(Grid grid, GridMaterial material, IReadOnlyList<Cell> cells, string cacheFolder, TimeSpan betweenSnapshots)
{
    /// <summary>Runs the cells and hands each over as it ends.</summary>
    /// <param name="report">Hears how many blocks are done, a cell's share of a block counted as such.</param>
    /// <param name="ended">Takes a cell and its results, or null where it failed.</param>
    public void Run(Action<double> report, Action<SweepCell, IReadOnlyList<EvaluationResult>?> ended)
    {
        var calibration = cells.Any(cell => SweepCell.IsCalibrated(grid, cell)) ? HiddenStates.Embed(material.Model, material.Calibration.Ids, material.CalibrationRequest.Length) : null;
        var sweeping = cells.Select(cell => SweepCell.Start(grid, material, cell, SweepCell.IsCalibrated(grid, cell) ? calibration : null)).ToArray();
        try
        {
            var snapshot = new SweepSnapshot(Path.Combine(cacheFolder, "sweeps", Key()));
            Walk(sweeping, snapshot, report);
            using var head = material.Model.Head();
            foreach (var cell in sweeping)
            {
                ended(cell, cell.Finish(head));
            }

            snapshot.Delete();
        }
        finally
        {
            foreach (var cell in sweeping)
            {
                cell.Dispose();
            }
        }
    }

    private void Walk(IReadOnlyList<SweepCell> sweeping, SweepSnapshot snapshot, Action<double> report)
    {
        var byRun = sweeping.ToDictionary(cell => cell.Run);
        var first = snapshot.Restore(material.Model, sweeping);
        var (current, inBlock, saved) = (first, 0, Stopwatch.GetTimestamp());
        foreach (var (run, block) in new PruningWalk(material.Model, [.. sweeping.Select(cell => cell.Run)]).Steps(first))
        {
            if (block.Index != current)
            {
                (current, inBlock) = (block.Index, 0);
                if (Stopwatch.GetElapsedTime(saved) > betweenSnapshots)
                {
                    snapshot.Save(current, sweeping);
                    saved = Stopwatch.GetTimestamp();
                }
            }

            byRun[run].Advance(block);
            report(current + (double)++inBlock / sweeping.Count);
        }
    }

    /// <summary>Names the sweep by all cells of its grid and model, those included that are done: what is left of it finds its snapshot.</summary>
    private string Key() => ContentKey.OfText(SweepSnapshot.Form + string.Concat(grid.Cells([material.Name]).Select(cell => CellKey.Of(CellInputs.Of(grid, material, cell)) + "\n")));
}
