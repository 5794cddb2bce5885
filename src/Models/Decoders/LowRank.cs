namespace Harness.Models.Decoders;

/// <summary>
/// What an adapter adds to a linear (LoRA, Hu et al. 2021, arXiv 2106.09685): <c>scale · dropout(x)·Aᵀ·Bᵀ</c>, computed in the adapter's own type.
/// </summary>
/// <param name="A">[rank, in]</param>
/// <param name="B">[out, rank]</param>
/// <param name="Scale">α / rank, or α / √rank where the adapter is rank-stabilised.</param>
public sealed record LowRank(Tensor A, Tensor B, double Scale)
{
    /// <summary>Drops elements of what the adapter reads, in training; null for none.</summary>
    public Func<Tensor, Tensor>? Dropout { get; init; }

    /// <summary>scale · B·A: [out, in], what merging adds to the weight.</summary>
    public Tensor Delta() => B.matmul(A).mul(Scale);

    /// <summary>made + what the adapter makes of x, in made's type; may take made's memory: use it in made's place. x: [..., in], made: [..., out].</summary>
    internal Tensor AddTo(Tensor made, Tensor x)
    {
        var read = x.to(A.dtype);
        var low = nn.functional.linear(Dropout?.Invoke(read) ?? read, A).mul(Scale); // the narrow side
        if (made.dtype != B.dtype)
        {
            return made.add(nn.functional.linear(low, B)).to(made.dtype);
        }

        made.view(-1, B.shape[0]).addmm_(low.flatten(0, -2), B.t());
        return made;
    }
}
