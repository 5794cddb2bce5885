using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    // Queries whose scores against all keys the plain form holds at a time.
    private const long QueriesAtOnce = 1024;

    /// <summary>
    /// softmax(scale · q·kᵀ)·v over the keys that each query sees, the softmax in float32; each key head serves Hq / Hkv query heads in a row.
    /// A query sees the keys up to itself, or what <paramref name="visible"/> says. The kernel holds the scores of a few dozen queries and a stretch of keys at a time, on the way back too,
    /// for which it saves its inputs, its result and one number per query and head. On a GPU, plain causal attention is libtorch's own fused one.
    /// </summary>
    /// <param name="q">[B, S, Hq, D], as it leaves the projection</param>
    /// <param name="k">[B, S, Hkv, D]</param>
    /// <param name="v">[B, S, Hkv, Dv]</param>
    /// <param name="window">the keys that a query sees at most, itself included; 0: all</param>
    /// <param name="softCap">c, where scores become c · tanh(score / c); 0: they stay</param>
    /// <param name="bias">[Hq, S], added to the (capped) scores of each key; of q's type</param>
    /// <param name="visible">
    /// int64 [S, 3], of sequences packed into one row: where a query's document starts, where the prefix ends that it shares with other segments of the document, and
    /// where its own segment starts; it sees [document, prefix end) and [segment, itself]
    /// </param>
    /// <returns>[B, S, Hq · Dv]</returns>
    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v, double scale, long window = 0, double softCap = 0, Tensor? bias = null, Tensor? visible = null)
    {
        if (TakesEither("harness::causal_attention", q, k, v, bias ?? q) && (bias is null || !Records(bias)))
        {
            return Operator.Call("harness::causal_attention", q, k, v, scale, window, softCap, bias, visible);
        }

        if (q.device.type == DeviceType.CPU && q.dtype is ScalarType.BFloat16 or ScalarType.Float16)
        {
            // The kernel holds a few scores at a time, and has no way back but in float32.
            using var wide = NewDisposeScope();
            return CausalAttention(Wide(q), Wide(k), Wide(v), scale, window, softCap, bias is null ? null : Wide(bias), visible).to(q.dtype).MoveToOuterDisposeScope();
        }

        if (q.device.type == DeviceType.CUDA && window == 0 && softCap == 0 && bias is null && visible is null && Operator.TryGet("scaled_dot_product_attention") is not null)
        {
            using var inner = NewDisposeScope();
            return Operator.Call(
                "scaled_dot_product_attention", q.transpose(1, 2), ForEachQueryHead(k), ForEachQueryHead(v), default, 0.0, true, scale).transpose(1, 2).flatten(2).MoveToOuterDisposeScope();
        }

        using var scope = NewDisposeScope();
        var positions = q.size(1);
        var (queries, keys, values) = (q.transpose(1, 2), ForEachQueryHead(k).transpose(2, 3), ForEachQueryHead(v));
        var parts = new List<Tensor>();
        for (var first = 0L; first < positions; first += QueriesAtOnce)
        {
            var count = Math.Min(QueriesAtOnce, positions - first);
            var seen = first + count;
            var scores = queries.narrow(2, first, count).matmul(keys.narrow(3, 0, seen)).mul(scale);
            scores = softCap > 0 ? scores.div(softCap).tanh().mul(softCap) : scores;
            scores = bias is null ? scores : scores.add(bias.narrow(1, 0, seen).unsqueeze(1));
            scores = scores.masked_fill(Hidden(first, count, seen, window, visible, q.device), float.NegativeInfinity);
            var shares = scores.softmax(-1, q.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).to(q.dtype);
            parts.Add(shares.matmul(values.narrow(2, 0, seen)));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts, 2)).transpose(1, 2).flatten(2).MoveToOuterDisposeScope();

        static Tensor Wide(Tensor x) => x.to(ScalarType.Float32);

        // [B, S, Hkv, D] → [B, Hq, S, D]
        Tensor ForEachQueryHead(Tensor x) => x.repeat_interleave(q.size(2) / x.size(2), 2).transpose(1, 2);
    }

    /// <summary>[count, seen], bool: true where query first + row does not see the key.</summary>
    private static Tensor Hidden(long first, long count, long seen, long window, Tensor? visible, Device device)
    {
        var query = arange(first, first + count, ScalarType.Int64, device).unsqueeze(1);
        var key = arange(0, seen, ScalarType.Int64, device).unsqueeze(0);
        var sight = visible?.to(device).narrow(0, first, count) ?? zeros([count, 3], ScalarType.Int64, device);
        var (document, prefixEnd, segment) = (sight.narrow(1, 0, 1), sight.narrow(1, 1, 1), sight.narrow(1, 2, 1));
        var (prefixStart, segmentStart) = (document, segment);
        if (window > 0)
        {
            var oldest = prefixEnd - document + query - segment - (window - 1); // a position within the document
            (prefixStart, segmentStart) = (maximum(document, document + oldest), maximum(segment, query - (window - 1)));
        }

        var inPrefix = key.ge(prefixStart).logical_and(key.lt(prefixEnd));
        return key.ge(segmentStart).logical_and(key.le(query)).logical_or(inPrefix).logical_not();
    }
}
