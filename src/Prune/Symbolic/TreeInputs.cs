namespace Harness.Prune.Symbolic;

/// <summary>What the leaves of a tree stand for, in float32; null for those that it does not use.</summary>
/// <param name="W">|weight|: [out, in].</param>
/// <param name="G">Gradient statistic: [out, in].</param>
/// <param name="X">Squared input norm: [1, in].</param>
public sealed record TreeInputs(Tensor? W, Tensor? G, Tensor? X)
{
    /// <summary>A leaf's tensor.</summary>
    internal Tensor this[string terminal] => (terminal switch
    {
        "W" => W,
        "G" => G,
        _ => X,
    }) ?? throw new InvalidOperationException($"The tree uses {terminal}, and there is none.");

    /// <summary>The same columns of all, with other weights.</summary>
    internal TreeInputs Columns(Tensor w, long first) => new(w, G?.narrow(1, first, w.shape[1]), X?.narrow(1, first, w.shape[1]));
}
