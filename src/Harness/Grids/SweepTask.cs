using Harness.Cli.Grids.Recoveries;
using Harness.Prune;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>What a sweep does for one cell.</summary>
/// <param name="Inputs">Everything that the cell's numbers depend on.</param>
/// <param name="Recipe">How every block is pruned on the way; null for one that is scored as it is.</param>
internal sealed record SweepTask(Cell Cell, IReadOnlyDictionary<string, string> Inputs, PruningRecipe? Recipe)
{
    /// <summary>Whether evaluations ride along.</summary>
    public bool IsScored { get; init; } = true;

    /// <summary>Takes the pruned blocks; null where nobody wants them.</summary>
    public PrunedWeights? Kept { get; init; }

    /// <summary>Whether it looks at calibration tokens.</summary>
    public bool IsCalibrated => Recipe?.IsCalibrated == true;

    /// <summary>What to do for a cell of the grid.</summary>
    public static SweepTask Of(Grid grid, GridMaterial material, Cell cell) => new(cell, CellInputs.Of(grid, material, cell), RecipeOf(grid, cell));

    /// <summary>How a cell is pruned; null for dense.</summary>
    public static PruningRecipe? RecipeOf(Grid grid, Cell cell) =>
        cell.Method.IsDense ? null : PruningRecipe.Read(cell.Method.Name, cell.Method.Options, cell.Sparsity, Jobs.Propagations.Parse(grid.Propagate));
}
