using System.Diagnostics;
using Harness.Cli.Evaluations;
using Harness.Models;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>
/// One walk over a model's blocks for all the cells that want it: every block is read once, and for each cell pruned, calibrated on and scored with while it is there.
/// Where the states of all evaluations do not fit in memory, it is walked again for the rest of them.
/// </summary>
/// <param name="name">Tells it from every other sweep: what is left of a killed one is found by it.</param>
/// <param name="tokens">What one walk can carry of a cell's evaluations.</param>
/// <param name="betweenSnapshots">How much work a killed sweep may lose.</param>
internal sealed class Sweep(GridMaterial material, IReadOnlyList<SweepTask> tasks, string name, long tokens, string cacheFolder, TimeSpan betweenSnapshots)
{
    private readonly Dictionary<Cell, IReadOnlyDictionary<string, double>> _seconds = [];

    /// <summary>Runs the cells and hands each over as it ends.</summary>
    /// <param name="report">Hears how many blocks are done, a cell's share of a block counted as such.</param>
    /// <param name="ended">Takes a cell and its results; null where it failed, or was not to be scored.</param>
    public void Run(Action<double> report, Action<SweepCell, IReadOnlyList<EvaluationResult>?> ended)
    {
        IReadOnlyList<IReadOnlyList<EvaluationPart>> rounds = tasks.Any(task => task.IsScored) ? EvaluationRounds.Of(material.Evaluations, tokens) : [[]];
        var results = tasks.ToDictionary(task => task.Cell, _ => new List<(EvaluationPart, EvaluationResult)>());
        for (var (round, going) = (0, tasks); round < rounds.Count && going.Count > 0; round++)
        {
            var (goesOn, isLast) = (new List<SweepTask>(), round == rounds.Count - 1);
            Run(going, rounds[round], $"{round + 1} of {rounds.Count}\n", done => report((round * material.Model.Config.Layers + done) / rounds.Count), (cell, scored) =>
            {
                if (scored is not null)
                {
                    results[cell.Task.Cell].AddRange(rounds[round].Zip(scored));
                }

                if (scored is null || isLast || !cell.Task.IsScored)
                {
                    ended(cell, scored is null || !cell.Task.IsScored ? null : EvaluationRounds.Join(material.Evaluations, results[cell.Task.Cell]));
                    return;
                }

                _seconds[cell.Task.Cell] = cell.Run.Clock.Seconds;
                goesOn.Add(cell.Task);
            });
            going = goesOn;
        }
    }

    private void Run(
        IReadOnlyList<SweepTask> going, IReadOnlyList<EvaluationPart> parts, string round, Action<double> report, Action<SweepCell, IReadOnlyList<EvaluationResult>?> ended)
    {
        var calibration = going.Any(task => task.IsCalibrated) ? HiddenStates.Embed(material.Model, material.Calibration) : null;
        var sweeping = going.Select(task => SweepCell.Start(material.Model, material.Evaluations, task, calibration, parts)).ToArray();
        try
        {
            var snapshot = new SweepSnapshot(Path.Combine(cacheFolder, "sweeps", ContentKey.OfText(SweepSnapshot.Form + round + name)));
            Walk(sweeping, snapshot, report);
            using var head = material.Model.Head();
            foreach (var cell in sweeping)
            {
                foreach (var (stage, seconds) in _seconds.GetValueOrDefault(cell.Task.Cell, new Dictionary<string, double>()))
                {
                    cell.Run.Clock.Add(stage, seconds);
                }

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
}
