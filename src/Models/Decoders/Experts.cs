using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders;

/// <summary>A router sends each token to a few of many feed-forward parts (see <see cref="ExpertsLayout"/>).</summary>
/// <param name="Router">[experts, hidden]; is not pruned.</param>
/// <param name="Shared">What every token goes through besides.</param>
/// <param name="SharedGate">The shared part is multiplied with its sigmoid.</param>
public sealed record Experts(ExpertsLayout Layout, Linear Router, IReadOnlyList<Mlp> All, Mlp? Shared, Linear? SharedGate) : FeedForward
{
    private bool ShowsAllTokens { get; init; }

    public override IEnumerable<LinearGroup> Groups => All.Append(Shared).SelectMany(expert => expert?.Groups ?? []);

    internal override Tensor Forward(Tensor x, InputObserver? observe)
    {
        var flat = x.flatten(0, 1);
        var shares = Shares(flat);
        var sum = zeros_like(flat);
        for (var expert = 0; expert < All.Count; expert++)
        {
            using var scope = NewDisposeScope();
            var share = shares.select(1, expert);
            var (tokens, sequences) = TokensOf(share, x.shape[1]);
            if (observe is not null)
            {
                Show(expert, x, tokens, sequences, observe);
            }

            if (sequences.Count > 0)
            {
                var made = All[expert].Forward(flat.index_select(0, tokens), null);
                sum.index_add_(0, tokens, made.mul(share.index_select(0, tokens).unsqueeze(1)));
            }
        }

        return Shared is null ? sum.view(x.shape) : sum.view(x.shape).add_(FromShared(x, observe));
    }

    internal override void Observe(Tensor x, InputObserver observe)
    {
        var shares = Shares(x.flatten(0, 1));
        for (var expert = 0; expert < All.Count; expert++)
        {
            using var scope = NewDisposeScope();
            var (tokens, sequences) = TokensOf(shares.select(1, expert), x.shape[1]);
            Show(expert, x, tokens, sequences, observe);
        }

        Shared?.Observe(x, observe);
    }

    internal override FeedForward ShowingAllTokens() => this with { ShowsAllTokens = true };

    internal override FeedForward With(Func<Linear, Linear> swap) => this with { All = [.. All.Select(expert => expert.Swapped(swap))], Shared = Shared?.Swapped(swap) };

    /// <summary>x: [tokens, hidden] → [tokens, experts], each token's share of each expert, 0 where it does not go.</summary>
    private Tensor Shares(Tensor x)
    {
        using var scope = NewDisposeScope();
        var all = Router.Forward(x).softmax(-1, x.dtype == float64 ? float64 : float32);
        var (shares, chosen) = (Layout.Groups > 1 ? InChosenGroups(all) : all).topk(Layout.Chosen);
        shares = Layout.Renormalised ? shares.div(shares.sum(-1, keepdim: true)) : shares;
        return zeros_like(all).scatter(1, chosen, shares.mul(Layout.Scale)).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The shares of the groups with the largest single shares; 0 elsewhere.</summary>
    private Tensor InChosenGroups(Tensor shares)
    {
        var groups = shares.view(shares.shape[0], Layout.Groups, -1);
        var (_, chosen) = groups.amax([2]).topk(Layout.ChosenGroups);
        var mask = zeros([shares.shape[0], Layout.Groups], shares.dtype, shares.device).scatter_(1, chosen, 1);
        return groups.mul(mask.unsqueeze(2)).flatten(1);
    }

    /// <summary>The tokens that go to an expert, in order, and how many of them each sequence has that has any.</summary>
    private static (Tensor Tokens, IReadOnlyList<long> Sequences) TokensOf(Tensor share, long length)
    {
        using var scope = NewDisposeScope();
        var tokens = share.ne(0).nonzero().flatten();
        var sequences = tokens.cpu().data<long>().ToArray().GroupBy(token => token / length).Select(sequence => (long)sequence.Count()).ToArray();
        return (tokens.MoveToOuterDisposeScope(), sequences);
    }

    private void Show(int expert, Tensor x, Tensor tokens, IReadOnlyList<long> sequences, InputObserver observe)
    {
        if (ShowsAllTokens)
        {
            All[expert].Observe(x, observe);
            return;
        }

        var flat = x.flatten(0, 1);
        var first = 0L;
        foreach (var count in sequences)
        {
            All[expert].Observe(flat.index_select(0, tokens.narrow(0, first, count)).unsqueeze(0), observe);
            first += count;
        }
    }

    private Tensor FromShared(Tensor x, InputObserver? observe)
    {
        var made = Shared!.Forward(x, observe);
        return SharedGate is null ? made : made.mul(SharedGate.Forward(x).sigmoid());
    }
}
