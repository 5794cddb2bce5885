namespace Harness.Results;

/// <summary>
/// A table to be measured: the axes (models × methods × sparsities × recoveries) and the protocol that all its cells share.
/// Written by hand as <c>results/&lt;name&gt;/grid.json</c>; <see cref="GridReader"/> reads it.
/// </summary>
public sealed record Grid
{
    /// <summary>The folder's name under <c>results/</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Headline of the score table.</summary>
    public required string Title { get; init; }

    /// <summary>Checkpoint names, resolved by the runner; empty where they are named on the command line.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Rows, <c>dense</c> among them where the unpruned model is measured too.</summary>
    public required IReadOnlyList<GridMethod> Methods { get; init; }

    /// <summary>Columns beside dense.</summary>
    public IReadOnlyList<Sparsity> Sparsities { get; init; } = [];

    /// <summary>How every pruned cell is finetuned before it is scored: rows below its method's.</summary>
    public IReadOnlyList<GridRecovery> Recoveries { get; init; } = [GridRecovery.None];

    public required CalibrationPlan Calibration { get; init; }

    /// <summary>Whose outputs feed the next block: the pruned block's (<c>sequential</c>) or the dense one's (<c>dense</c>).</summary>
    public required string Propagate { get; init; }

    /// <summary>The type that weights and activations are computed in; null for float32 on the CPU and the checkpoint's own elsewhere.</summary>
    public string? Dtype { get; init; }

    public required IReadOnlyList<EvaluationPlan> Evaluations { get; init; }

    /// <summary>How far a fresh run's numbers may lie from the committed ones.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.Exact;

    /// <summary>Every cell: per model the dense one, then method by method, sparsity by sparsity, recovery by recovery.</summary>
    /// <param name="models">The models where the grid names none.</param>
    public IEnumerable<Cell> Cells(IEnumerable<string>? models = null) =>
        from model in models ?? Models
        from place in Places
        select place.Row.CellOf(model, place.Sparsity);

    /// <summary>Every cell of a model, by row and column: a cell's recoveries follow each other.</summary>
    internal IEnumerable<(GridRow Row, Sparsity Sparsity)> Places =>
        from method in Methods
        from sparsity in SparsitiesOf(method)
        from recovery in RecoveriesOf(method)
        select (new GridRow(method, recovery), sparsity);

    /// <summary>The rows of a table: below each method its recoveries.</summary>
    internal IEnumerable<GridRow> Rows =>
        from method in Methods
        from recovery in RecoveriesOf(method)
        select new GridRow(method, recovery);

    /// <summary>Every column of the table: dense first where it is measured, <c>own</c> last where some row has its own sparsity.</summary>
    internal IReadOnlyList<Sparsity> Columns =>
    [
        .. Methods.Any(row => row.Method.IsDense) ? [Sparsity.Dense] : Array.Empty<Sparsity>(),
        .. Sparsities,
        .. Methods.Any(row => row.HasOwnSparsity) ? [Sparsity.Own] : Array.Empty<Sparsity>(),
    ];

    /// <summary>The columns that a row has cells in.</summary>
    internal IReadOnlyList<Sparsity> SparsitiesOf(GridMethod row) => row.Method.IsDense ? [Sparsity.Dense] : row.HasOwnSparsity ? [Sparsity.Own] : Sparsities;

    /// <summary>Nothing is lost in the dense model that could be recovered.</summary>
    private IReadOnlyList<GridRecovery> RecoveriesOf(GridMethod row) => row.Method.IsDense ? [GridRecovery.None] : Recoveries;
}

/// <summary>A method with its options, and the name it is printed under.</summary>
/// <param name="HasOwnSparsity">Whether its options say how much goes.</param>
public sealed record GridMethod(Method Method, string Label, bool HasOwnSparsity = false);

/// <summary>A recovery with its options, and the name it is printed under.</summary>
/// <param name="Recovery">Null where cells are scored as pruned.</param>
/// <param name="Label">Null where nothing is printed.</param>
public sealed record GridRecovery(Recovery? Recovery, string? Label)
{
    /// <summary>Cells are scored as pruned.</summary>
    public static GridRecovery None { get; } = new(null, null);
}

/// <summary>What the statistics are taken from.</summary>
/// <param name="Corpus">A name, or the path of a file.</param>
/// <param name="Length">Null for min(2048, the model's positions).</param>
/// <param name="Preproc">The rule that makes samples; null for the papers'.</param>
public sealed record CalibrationPlan(string Corpus, int Samples, int? Length, int Seed, string? Preproc = null);

/// <summary>One evaluation.</summary>
/// <param name="Task">A text to measure perplexity on, or a task of documents with choices.</param>
/// <param name="Length">Tokens of a window; null for the task's own: of a text min(2048, the model's positions), of documents the model's positions.</param>
/// <param name="Limit">At most so many windows or documents; null for all.</param>
/// <param name="Protocol">How documents are chosen and encoded; null for a text.</param>
public sealed record EvaluationPlan(string Task, int? Length, int? Limit, string? Protocol = null);
