using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class Fused
{
    /// <summary>
    /// One step of AdamW (Loshchilov &amp; Hutter 2019, arXiv 1711.05101) in place, as torch.optim.AdamW takes it: with g = factor · gradient, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
    /// parameter ← (1 − lr · decay) · parameter − lr / correction₁ · m / (√v / √correction₂ + ε). Nothing of it is recorded.
    /// </summary>
    /// <param name="m">The first moment: of parameter's shape, and of the type in which the step is computed.</param>
    /// <param name="v">The second moment, likewise.</param>
    /// <param name="correction1">1 − β₁ᵗ at step t, from 1.</param>
    /// <param name="correction2">1 − β₂ᵗ.</param>
    /// <param name="factor">On the gradient: what clips it, or undoes a scaled loss.</param>
    /// <param name="kept">Of parameter's shape, uint8 or bool: where it is 0 the parameter stays as it is and its moments become 0.</param>
    /// <returns><paramref name="parameter"/></returns>
    public static Tensor AdamW_(Tensor parameter, Tensor gradient, Tensor m, Tensor v, double lr, double beta1, double beta2, double eps, double weightDecay, double correction1,
        double correction2, double factor = 1, Tensor? kept = null)
    {
        using var _ = no_grad();
        if (Takes("harness::adamw_", parameter, gradient, m, v) && parameter.is_contiguous() && m.is_contiguous() && v.is_contiguous())
        {
            return Operator.CallInPlace("harness::adamw_", parameter, gradient, m, v, lr, beta1, beta2, eps, weightDecay, correction1, correction2, factor, kept);
        }

        using var scope = NewDisposeScope();
        var g = gradient.to(m.dtype).mul(factor);
        m.mul_(beta1).add_(g, 1 - beta1);
        v.mul_(beta2).add_(g.square(), 1 - beta2);
        var before = parameter.to(m.dtype);
        var after = before.mul(1 - (lr * weightDecay)).sub(m.div(v.sqrt().div(Math.Sqrt(correction2)).add(eps)).mul(lr / correction1));
        if (kept is not null)
        {
            var pruned = kept.eq(0);
            m.masked_fill_(pruned, 0);
            v.masked_fill_(pruned, 0);
            after = before.where(pruned, after);
        }

        return parameter.copy_(after);
    }
}
