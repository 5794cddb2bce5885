using Harness.Models;
using Harness.Prune;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>
/// One walk over a model's blocks for all the cells that want it: every block is read once, and for each cell pruned, calibrated on and scored with while it is there.
/// </summary>
/// <param name="name">Tells it from every other sweep: what is left of a killed one is found by it.</param>
/// <param name="rhythm">How much work a killed sweep may lose.</param>
/// <param name="memory">What may be filled.</param>
internal sealed class Sweep(GridMaterial material, IReadOnlyList<SweepTask> tasks, string name, string cacheFolder, SnapshotRhythm rhythm, MemoryBudget memory)
{
    /// <summary>Runs the cells and hands each over as it ends.</summary>
    /// <param name="report">Hears how many blocks are done, a cell's share of a block counted as such.</param>
    /// <param name="ended">Takes a cell and its results; null where it failed, or was not to be scored.</param>
    public void Run(Action<double> report, Action<SweepCell, IReadOnlyList<EvaluationResult>?> ended)
    {
        var calibration = tasks.Any(task => task.IsCalibrated) ? HiddenStates.Embed(material.Model, material.Calibration) : null;
        var sweeping = tasks.Select(task => SweepCell.Start(material.Model, material.Evaluations, task, calibration)).ToArray();
        try
        {
            var snapshot = SweepSnapshot.Of(name, cacheFolder);
            Walk(sweeping, snapshot, report);
            FreedMemory.Return();
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
        var (current, inBlock) = (first, 0);
        rhythm.Start(first);
        foreach (var (run, block) in new PruningWalk(material.Model, [.. sweeping.Select(cell => cell.Run)]).Steps(first))
        {
            if (block.Index != current)
            {
                (current, inBlock) = (block.Index, 0);
                FreedMemory.ReturnWhereScarce(memory);
                rhythm.Advance(current, () => snapshot.Save(current, sweeping));
            }

            byRun[run].Advance(block);
            report(current + (double)++inBlock / sweeping.Count);
        }
    }
}
