using Harness.Models;

namespace Harness.Prune;

/// <summary>One recipe on its way through a model. A run without a recipe is the dense model, along for the ride.</summary>
/// <param name="recipe">Null: nothing is pruned.</param>
/// <param name="calibration">The first block's input; null where the method needs none. Runs may share one: each gets its own as soon as they differ.</param>
public sealed class PruningRun(PruningRecipe? recipe, HiddenStates? calibration) : IDisposable
{
    private readonly List<LinearReport> _linears = [];

    public PruningRecipe? Recipe { get; } = recipe;

    /// <summary>The next block's input, or null where the method needs none.</summary>
    public HiddenStates? Calibration { get; internal set; } = calibration;

    /// <summary>Where its time went.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Every linear pruned so far, in order.</summary>
    public IReadOnlyList<LinearReport> Linears => _linears;

    /// <summary>Why the run ended early; null while all is well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Ends the run early; the others go on.</summary>
    public void Fail(Exception reason) => Failure ??= reason;

    /// <summary>Takes up what an earlier process had recorded.</summary>
    public void Resume(IEnumerable<LinearReport> linears, HiddenStates? calibration)
    {
        _linears.AddRange(linears);
        Calibration = calibration;
    }

    internal void Record(IEnumerable<LinearReport> linears) => _linears.AddRange(linears);

    public void Dispose() => Calibration?.Dispose();
}

/// <summary>What became of one linear.</summary>
/// <param name="Parameter">Its weight in the checkpoint.</param>
/// <param name="Zeros">Exact zeros, those included that were there before.</param>
/// <param name="DampingRaises">How often a Hessian's damping was raised tenfold.</param>
public sealed record LinearReport(int Layer, string Parameter, long Elements, long Zeros, int DampingRaises = 0)
{
    /// <summary>Zeros / elements.</summary>
    public double Sparsity => (double)Zeros / Elements;
}
