using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    // a few megabytes: what is made of a part stays in the cache until it is summed
    private const long PartOfVocabulary = 4096;

    /// <summary>The negative log-likelihood of each target in nats: log Σ e^logits − logits[target], in float32 or better.</summary>
    /// <param name="logits">[T, V]</param>
    /// <param name="targets">[T], int64</param>
    /// <returns>[T], float64</returns>
    public static Tensor TokenNll(Tensor logits, Tensor targets)
    {
        if (TakesEither("harness::token_nll", logits))
        {
            return Operator.Call("harness::token_nll", logits, targets);
        }

        using var scope = NewDisposeScope();
        var wide = logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        var chosen = wide.gather(1, targets.unsqueeze(1)).squeeze(1);
        return (wide.logsumexp(-1) - chosen).to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <summary>The same of logits that come in parts of the vocabulary, so that never all of them are in memory, where a kernel sums them; all at once elsewhere. Records nothing.</summary>
    /// <param name="targets">[T], int64</param>
    /// <param name="logits">Makes [T, count] logits from a first token on.</param>
    public static Tensor TokenNll(Tensor targets, long vocabulary, Func<long, long, Tensor> logits)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var sums = tensor([double.NegativeInfinity, 0, double.NaN]).repeat(targets.shape[0], 1);
        for (long first = 0; first < vocabulary; first += PartOfVocabulary)
        {
            using var inner = NewDisposeScope();
            var part = logits(first, Math.Min(PartOfVocabulary, vocabulary - first));
            if (!TakesEither("harness::add_logits_", part))
            {
                return TokenNll(part.shape[1] == vocabulary ? part : logits(0, vocabulary), targets).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }

            Operator.Call("harness::add_logits_", sums, part, targets, first, vocabulary);
        }

        return sums.select(1, 0).add(sums.select(1, 1).log()).sub(sums.select(1, 2)).MoveToOuterDisposeScope();
    }
}
