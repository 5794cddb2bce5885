using static TorchSharp.torch;

namespace TorchSharp;

public static class FusedOps
{
    public static Tensor RmsNorm(Tensor x, Tensor weight, double eps)
    {
        using var scope = NewDisposeScope();
        var y = x.to(float32);
        return y.mul(y.square().mean([-1], true).add_(eps).rsqrt()).to(x.dtype).mul(weight).MoveToOuterDisposeScope();
    }

    public static Tensor SiluMul(Tensor gate, Tensor up) => nn.functional.silu(gate).mul_(up);

    public static Tensor Rotary(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var half = cos.shape[1];
        var c = cos.unsqueeze(1);
        var s = sin.unsqueeze(1);
        var a = x.narrow(-1, 0, half);
        var b = x.narrow(-1, half, half);
        return cat([a * c - b * s, b * c + a * s], -1).MoveToOuterDisposeScope();
    }

    public static Tensor CausalAttention(Tensor q, Tensor k, Tensor v, double scale)
    {
        using var scope = NewDisposeScope();
        var (b, s, h, d) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3]);
        var groups = h / k.shape[2];
        Tensor Heads(Tensor t) => t.repeat_interleave(groups, 2).transpose(1, 2);
        var scores = q.transpose(1, 2).matmul(Heads(k).transpose(2, 3)).mul_(scale);
        var mask = ones([s, s], @bool).triu(1);
        var p = scores.masked_fill_(mask, double.NegativeInfinity).softmax(-1);
        return p.matmul(Heads(v)).transpose(1, 2).reshape(b, s, h * d).MoveToOuterDisposeScope();
    }

    public static void AddColumnSquares(Tensor sum, Tensor x)
    {
        using var scope = NewDisposeScope();
        sum.add_(x.to(float64).square().sum(dim: 0));
    }

    public static Tensor KthSmallest(Tensor x, long index) => x.kthvalue(index + 1).values;

    public static Tensor SmallestOfRows(Tensor metric, long k)
    {
        using var scope = NewDisposeScope();
        var (_, order) = metric.sort(-1, false, true);
        return zeros(metric.shape, @bool).scatter_(1, order.narrow(1, 0, k), true).MoveToOuterDisposeScope();
    }

    public static Tensor SmallestOfGroups(Tensor metric, long n, long m)
    {
        using var scope = NewDisposeScope();
        var mask = zeros(metric.shape, @bool);
        var cols = metric.shape[1];
        for (long c = 0; c < cols; c += m)
        {
            var w = Math.Min(m, cols - c);
            mask.narrow(1, c, w).copy_(SmallestOfRows(metric.narrow(1, c, w).contiguous(), n));
        }

        return mask.MoveToOuterDisposeScope();
    }

    public static (Tensor, Tensor) SparseGptBlock(Tensor w1, Tensor u1, Tensor mask) => Sweep(w1, u1, mask.clone(), 0, 0);

    public static (Tensor, Tensor) SparseGptBlock(Tensor w1, Tensor u1, long n, long m) => Sweep(w1, u1, zeros(w1.shape, @bool), n, m);

    private static (Tensor, Tensor) Sweep(Tensor w1, Tensor u1, Tensor mask, long n, long m)
    {
        using var scope = NewDisposeScope();
        var w = w1.clone();
        var q = w1.clone();
        var e = w1.clone();
        var cols = w.shape[1];
        for (long i = 0; i < cols; i++)
        {
            if (m > 0 && i % m == 0)
            {
                var width = Math.Min(m, cols - i);
                var score = w.narrow(1, i, width).square().div(u1.diagonal().narrow(0, i, width).square());
                mask.narrow(1, i, width).copy_(SmallestOfRows(score, n));
            }

            var col = w.select(1, i);
            var kept = col.masked_fill(mask.select(1, i), 0);
            var error = col.sub(kept).div(u1.select(0, i).select(0, i));
            q.select(1, i).copy_(kept);
            e.select(1, i).copy_(error);
            w.narrow(1, i, cols - i).sub_(outer(error, u1.select(0, i).narrow(0, i, cols - i)));
        }

        return (q.MoveToOuterDisposeScope(), e.MoveToOuterDisposeScope());
    }

    public static Tensor TokenNll(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var l = logits.to(float32);
        return l.logsumexp(-1).sub_(l.gather(-1, targets.unsqueeze(-1)).squeeze(-1)).MoveToOuterDisposeScope();
    }
}
