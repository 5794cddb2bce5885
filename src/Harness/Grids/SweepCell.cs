using Harness.Cli.Evaluations;
using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>A cell on its way through the model: the pruning run and the evaluation windows that follow its pruned blocks.</summary>
internal sealed class SweepCell : IDisposable
{
    /// <summary>The stage in which evaluations ride along.</summary>
    public const string ScoreStage = "score";

    private readonly CausalLM _model;
    private readonly Evaluation[] _evaluations;

    private SweepCell(CausalLM model, SweepTask task, PruningRun run, Evaluation[] evaluations) => (_model, Task, Run, _evaluations) = (model, task, run, evaluations);

    public SweepTask Task { get; }

    public PruningRun Run { get; }

    public IReadOnlyList<Evaluation> Evaluations => _evaluations;

    /// <param name="calibration">The first block's input, shared by all cells; null where the method needs none.</param>
    public static SweepCell Start(CausalLM model, IReadOnlyList<EvaluationMaterial> evaluations, SweepTask task, HiddenStates? calibration) => new(
        model,
        task,
        new PruningRun(task.Recipe, task.IsCalibrated ? calibration : null),
        task.IsScored ? [.. evaluations.Select(evaluation => evaluation.Start(model))] : []);

    /// <summary>Sends every evaluation's windows through the cell's form of a block; what goes wrong ends this cell alone.</summary>
    public void Advance(DecoderBlock block)
    {
        if (Task.Kept is { } kept)
        {
            Run.Clock.Time("keep", () => kept.Keep(block));
        }

        Guard(() =>
        {
            foreach (var evaluation in _evaluations)
            {
                evaluation.Advance(block);
            }
        });
    }

    /// <summary>After the last block: the results, or null where the cell has failed or is not to be scored.</summary>
    public IReadOnlyList<EvaluationResult>? Finish(OutputHead head)
    {
        if (Run.Failure is null)
        {
            Task.Kept?.Complete(Run);
        }

        IReadOnlyList<EvaluationResult>? results = null;
        Guard(() => results = [.. _evaluations.Select(evaluation => evaluation.Finish(head))]);
        return Task.IsScored ? results : null;
    }

    public void Dispose()
    {
        Run.Dispose();
        foreach (var evaluation in _evaluations)
        {
            evaluation.Dispose();
        }
    }

    private void Guard(Action work)
    {
        if (Run.Failure is not null)
        {
            return;
        }

        try
        {
            Run.Clock.Time(ScoreStage, () =>
            {
                work();
                Accelerator.Wait(_model.Device);
                return true;
            });
        }
        catch (Exception e) when (PruningRun.IsOfOneRun(e))
        {
            Run.Fail(e);
        }
    }
}
