namespace Harness.Models.Decoders;

/// <summary>
/// One decoder block with its weights in memory. The families differ in the parts it is made of (see <see cref="Layouts.BlockLayout"/>), never in code that asks
/// for a family.
/// </summary>
public sealed class DecoderBlock : IDisposable
{
    private readonly BlockNorms _norms;
    private readonly bool _parallel;
    private readonly IReadOnlyList<Tensor> _owned;

    internal DecoderBlock(int index, Attention attention, FeedForward mlp, BlockNorms norms, bool parallel, IReadOnlyList<Tensor> owned)
    {
        (Index, Attention, Mlp) = (index, attention, mlp);
        (_norms, _parallel, _owned) = (norms, parallel, owned);
    }

    /// <summary>Counted from 0.</summary>
    public int Index { get; }

    public Attention Attention { get; }

    public FeedForward Mlp { get; }

    /// <summary>The linears by the input they share, in the order in which the inputs come about.</summary>
    public IEnumerable<LinearGroup> Groups => [.. Attention.Groups, .. Mlp.Groups];

    /// <summary>Everything that can be pruned, in the reference's order.</summary>
    public IEnumerable<Linear> Linears => Groups.SelectMany(group => group.Linears);

    /// <summary>hidden: [batch, length, hidden] → the same shape; with a layout, [1, tokens, hidden].</summary>
    /// <param name="reads">
    /// int64 [n], places among the batch · length tokens: where nobody reads the others, as behind the last block, nothing is computed for them beyond keys, values and attention;
    /// what comes out is [1, n, hidden].
    /// </param>
    public Tensor Forward(Tensor hidden, InputObserver? observe = null, TokenLayout? layout = null, Tensor? reads = null)
    {
        using var scope = NewDisposeScope();
        var (attended, read) = UpToMlp(hidden, observe, layout, reads);
        var sum = Through(_norms.MlpOutput, Mlp.Forward(read, observe)).add_(attended);
        return Through(_norms.MlpSum, sum).MoveToOuterDisposeScope();
    }

    /// <summary>Shows every linear's input to <paramref name="observe"/> and computes nothing beyond the last of them.</summary>
    public void Observe(Tensor hidden, InputObserver observe, TokenLayout? layout = null)
    {
        using var scope = NewDisposeScope();
        Mlp.Observe(UpToMlp(hidden, observe, layout).Read, observe);
    }

    /// <summary>This block with other weights in some linears (keyed by <see cref="Linear.Name"/>); everything else is shared with this one, which must outlive it.</summary>
    public DecoderBlock With(IReadOnlyDictionary<string, Tensor> weights)
    {
        Linear Swap(Linear linear) => weights.TryGetValue(linear.Name, out var weight) ? linear with { Weight = weight } : linear;
        return new DecoderBlock(Index, Attention.With(Swap), Mlp.With(Swap), _norms, _parallel, [.. weights.Values]);
    }

    /// <summary>
    /// This block, but observers see every token at every expert; what comes out stays what the router says. Shares everything with this one, which must outlive it.
    /// </summary>
    public DecoderBlock ShowingExpertsAllTokens() => new(Index, Attention, Mlp.ShowingAllTokens(), _norms, _parallel, []);

    public void Dispose()
    {
        foreach (var tensor in _owned)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The sum behind the attention, and what the feed-forward part reads.</summary>
    private (Tensor Attended, Tensor Read) UpToMlp(Tensor hidden, InputObserver? observe, TokenLayout? layout, Tensor? reads = null)
    {
        var read = Through(_norms.Attention, hidden);
        hidden = Attention.At(hidden, reads);
        var sum = Through(_norms.AttentionOutput, Attention.Forward(read, observe, layout, reads)).add_(hidden);
        var attended = Through(_norms.AttentionSum, sum);
        return (attended, !_parallel ? Through(_norms.Mlp, attended) : _norms.Mlp is null ? Attention.At(read, reads) : _norms.Mlp.Forward(hidden));
    }

    private static Tensor Through(Norm? norm, Tensor x) => norm?.Forward(x) ?? x;
}

/// <summary>The norms of a block, each where its name says.</summary>
internal sealed record BlockNorms(Norm? Attention, Norm? AttentionOutput, Norm? AttentionSum, Norm? Mlp, Norm? MlpOutput, Norm? MlpSum);
