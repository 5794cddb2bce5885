using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>What the layers behind a pruned one are calibrated on.</summary>
public enum Propagation
{
    /// <summary>The outputs of the pruned layer: errors reach the statistics of the next (the papers' code).</summary>
    Sequential,

    /// <summary>The outputs of the dense layer (llmc's default).</summary>
    Dense,
}

/// <summary>How a model is to be pruned.</summary>
public sealed record PruningRecipe(PruningMethod Method, Sparsity Sparsity, Propagation Propagation = Propagation.Sequential);
