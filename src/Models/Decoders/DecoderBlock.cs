namespace Harness.Models.Decoders;

/// <summary>
/// One decoder block with its weights in memory. The families differ in the named parts it is made of, never in code that asks for a family.
/// </summary>
public sealed class DecoderBlock : IDisposable
{
    private readonly IReadOnlyList<Tensor> _owned;

    internal DecoderBlock(int index, Norm attentionNorm, Attention attention, Norm mlpNorm, Mlp mlp, bool normBefore, IReadOnlyList<Tensor> owned)
    {
        Index = index;
        AttentionNorm = attentionNorm;
        Attention = attention;
        MlpNorm = mlpNorm;
        Mlp = mlp;
        NormBefore = normBefore;
        _owned = owned;
    }

    /// <summary>Counted from 0.</summary>
    public int Index { get; }

    public Norm AttentionNorm { get; }

    public Attention Attention { get; }

    public Norm MlpNorm { get; }

    public Mlp Mlp { get; }

    public bool NormBefore { get; }

    /// <summary>The linears by the input they share, in the order in which the inputs come about.</summary>
    public IEnumerable<LinearGroup> Groups => [Attention.Inputs, Attention.Output, Mlp.Inputs, Mlp.Output];

    /// <summary>Everything that can be pruned, in the reference's order.</summary>
    public IEnumerable<Linear> Linears => Groups.SelectMany(group => group.Linears);

    /// <summary>hidden: [batch, length, hidden] → the same shape; with a layout, [1, tokens, hidden].</summary>
    public Tensor Forward(Tensor hidden, InputObserver? observe = null, TokenLayout? layout = null)
    {
        using var scope = NewDisposeScope();
        var (residual, inner) = UpToLastLinear(hidden, observe, layout);
        var sum = Mlp.Output.Linears[0].Forward(inner).add_(residual);
        return (NormBefore ? sum : MlpNorm.Forward(sum)).MoveToOuterDisposeScope();
    }

    /// <summary>Shows every linear's input to <paramref name="observe"/> and computes nothing beyond the last of them.</summary>
    public void Observe(Tensor hidden, InputObserver observe, TokenLayout? layout = null)
    {
        using var scope = NewDisposeScope();
        UpToLastLinear(hidden, observe, layout);
    }

    /// <summary>This block with other weights in some linears (keyed by <see cref="Linear.Name"/>); everything else is shared with this one, which must outlive it.</summary>
    public DecoderBlock With(IReadOnlyDictionary<string, Tensor> weights)
    {
        Linear Swap(Linear linear) => weights.TryGetValue(linear.Name, out var weight) ? linear with { Weight = weight } : linear;
        LinearGroup SwapAll(LinearGroup group) => new([.. group.Linears.Select(Swap)]);
        var attention = Attention with
        {
            Inputs = SwapAll(Attention.Inputs),
            Query = Swap(Attention.Query),
            Key = Swap(Attention.Key),
            Value = Swap(Attention.Value),
            Output = SwapAll(Attention.Output),
        };
        var mlp = Mlp with
        {
            Inputs = SwapAll(Mlp.Inputs),
            Gate = Mlp.Gate is null ? null : Swap(Mlp.Gate),
            Up = Swap(Mlp.Up),
            Output = SwapAll(Mlp.Output),
        };
        return new DecoderBlock(Index, AttentionNorm, attention, MlpNorm, mlp, NormBefore, [.. weights.Values]);
    }

    public void Dispose()
    {
        foreach (var tensor in _owned)
        {
            tensor.Dispose();
        }
    }

    private (Tensor Residual, Tensor Inner) UpToLastLinear(Tensor hidden, InputObserver? observe, TokenLayout? layout)
    {
        var attended = Attention.Forward(NormBefore ? AttentionNorm.Forward(hidden) : hidden, observe, layout).add_(hidden);
        var residual = NormBefore ? attended : AttentionNorm.Forward(attended);
        return (residual, Mlp.Inner(NormBefore ? MlpNorm.Forward(residual) : residual, observe));
    }
}
