using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// softmax(scale · q·kᵀ)·v over the keys up to each query's own position, the softmax in float32; each key head serves Hq / Hkv query heads in a row.
    /// The kernel holds the scores of a few dozen queries at a time; the plain form all of them.
    /// </summary>
    /// <param name="q">[B, S, Hq, D], as it leaves the projection</param>
    /// <param name="k">[B, S, Hkv, D]</param>
    /// <param name="v">[B, S, Hkv, D]</param>
    /// <returns>[B, S, Hq · D]</returns>
    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v, double scale)
    {
        if (Serves("harness::causal_attention", q, k, v))
        {
            return Operator.Call("harness::causal_attention", q, k, v, scale);
        }

        using var scope = NewDisposeScope();
        var positions = q.size(1);
        var future = ones([positions, positions], ScalarType.Bool, q.device).triu(1);
        var scores = q.transpose(1, 2).matmul(ForEachQueryHead(k).transpose(2, 3)).mul(scale).masked_fill(future, float.NegativeInfinity);
        var shares = scores.softmax(-1, q.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).to(q.dtype);
        return shares.matmul(ForEachQueryHead(v)).transpose(1, 2).flatten(2).MoveToOuterDisposeScope();

        // [B, S, Hkv, D] → [B, Hq, S, D]
        Tensor ForEachQueryHead(Tensor x) => x.repeat_interleave(q.size(2) / x.size(2), 2).transpose(1, 2);
    }
}
