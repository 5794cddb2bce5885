using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>A cell on its way through the model: the pruning run and the evaluation windows that follow its pruned blocks.</summary>
internal sealed class SweepCell : IDisposable
{
    private readonly Evaluation[] _evaluations;

    private SweepCell(Cell cell, IReadOnlyDictionary<string, string> inputs, PruningRun run, Evaluation[] evaluations) =>
        (Cell, Inputs, Run, _evaluations) = (cell, inputs, run, evaluations);

    public Cell Cell { get; }

    public IReadOnlyDictionary<string, string> Inputs { get; }

    public PruningRun Run { get; }

    public IReadOnlyList<Evaluation> Evaluations => _evaluations;

    /// <summary>Whether a cell's method looks at calibration tokens.</summary>
    public static bool IsCalibrated(Grid grid, Cell cell) => !cell.Method.IsDense && RecipeOf(grid, cell).IsCalibrated;

    /// <summary>How a cell is pruned.</summary>
    public static PruningRecipe RecipeOf(Grid grid, Cell cell) => PruningRecipe.Read(cell.Method.Name, cell.Method.Options, cell.Sparsity, Propagations.Parse(grid.Propagate));

    /// <param name="calibration">The first block's input, shared by all cells; null where the method needs none.</param>
    /// <param name="parts">What is scored in this walk.</param>
    public static SweepCell Start(Grid grid, GridMaterial material, Cell cell, HiddenStates? calibration, IReadOnlyList<EvaluationPart> parts)
    {
        var recipe = cell.Method.IsDense ? null : RecipeOf(grid, cell);
        return new SweepCell(cell, CellInputs.Of(grid, material, cell), new PruningRun(recipe, calibration),
            [.. parts.Select(part => material.Evaluations[part.Evaluation].Start(material.Model, part.Pieces))]);
    }

    /// <summary>Sends every evaluation's windows through the cell's form of a block; what goes wrong ends this cell alone.</summary>
    public void Advance(DecoderBlock block) => Guard(() =>
    {
        foreach (var evaluation in _evaluations)
        {
            evaluation.Advance(block);
        }
    });

    /// <summary>After the last block: the results, or null where the cell has failed.</summary>
    public IReadOnlyList<EvaluationResult>? Finish(OutputHead head)
    {
        IReadOnlyList<EvaluationResult>? results = null;
        Guard(() => results = [.. _evaluations.Select(evaluation => evaluation.Finish(head))]);
        return results;
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
            Run.Clock.Time("score", () =>
            {
                work();
                return true;
            });
        }
        catch (Exception e) when (e is InputException or System.Runtime.InteropServices.ExternalException)
        {
            Run.Fail(e);
        }
    }
}
