namespace Harness.Models.Decoders;

/// <summary>
/// What an adapter adds to a linear (LoRA, Hu et al. 2021, arXiv 2106.09685): <c>scale · dropout(x)·Aᵀ·Bᵀ</c>, computed in the adapter's own type.
/// </summary>
/// <param name="A">[rank, in]</param>
/// <param name="B">[out, rank]</param>
/// <param name="Scale">α / rank, or α / √rank where the adapter is rank-stabilised.</param>
public sealed record LowRank(Tensor A, Tensor B, double Scale)
{
    /// <summary>Which elements of what the adapter reads next are dropped, in training; null for none.</summary>
    public Func<DropoutPattern?>? Dropout { get; init; }

    /// <summary>scale · B·A: [out, in], what merging adds to the weight.</summary>
    public Tensor Delta() => B.matmul(A).mul(Scale);

    /// <summary>What a linear makes of x with the adapter beside it: [..., in] → [..., out].</summary>
    internal Tensor Forward(Tensor x, Tensor weight, Tensor? bias) => Fused.LoraLinear(x, weight, bias, A, B, Scale, Dropout?.Invoke());
}
