using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
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
}
