using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>
/// One linear layer of a decoder block, a thing that can be pruned: <c>y = x·Wᵀ + b</c> with W: [out, in].
/// </summary>
/// <param name="Name">Within the block: <c>self_attn.q_proj</c>.</param>
/// <param name="Parameter">Of the weight in the checkpoint: <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
public sealed record Linear(string Name, string Parameter, Tensor Weight, Tensor? Bias)
{
    /// <summary>Whether the checkpoint stores the weight as [in, out].</summary>
    public bool IsStoredTransposed { get; init; }

    /// <summary>What the rows of a fused matrix belong to (q, k and v; gate and up); null for one matrix.</summary>
    public RowSplit? Split { get; init; }

    /// <summary>What an adapter adds; null for none.</summary>
    public LowRank? Adapter { get; init; }

    /// <summary>The weight as the checkpoint stores it.</summary>
    public Tensor StoredWeight => IsStoredTransposed ? Weight.t().contiguous() : Weight;

    /// <summary>x: [..., in] → [..., out].</summary>
    public Tensor Forward(Tensor x) => Adapter?.Forward(x, Weight, Bias) ?? Fused.Linear(x, Weight, Bias);
}

/// <summary>
/// Linears that read the same input and therefore share its statistics: q, k and v; gate and up; or a single one.
/// </summary>
public sealed record LinearGroup(params IReadOnlyList<Linear> Linears)
{
    /// <summary>The first linear names the input.</summary>
    public string Name => Linears[0].Name;

    /// <summary>What the first linear makes of x, where it is the only one.</summary>
    internal Tensor Forward(Tensor x) => Linears[0].Forward(x);

    internal LinearGroup With(Func<Linear, Linear> swap) => new([.. Linears.Select(swap)]);
}

/// <summary>
/// Sees the input of each group of linears as a block runs. x: [batch, length, in]; an expert's is shown sequence by sequence, [1, its tokens, in], and not at all
/// where no token of a sequence goes to it.
/// </summary>
public delegate void InputObserver(LinearGroup group, Tensor x);
