namespace Harness.Models.Backward;

/// <summary>
/// The language modelling loss: the cross-entropy of next tokens, and its gradient with respect to what the last block makes (and to the head, where it records). The head is run on a few
/// tokens at a time, so that the logits of a window never lie side by side.
/// </summary>
public static class NextTokenLoss
{
    /// <summary>Tokens whose logits are held at once: so few that those of fifty thousand tokens are not mapped anew each time (<c>ht_tune_allocator</c>).</summary>
    public const int TokensAtOnce = 192;

    /// <summary>Each sequence's mean loss in nats over its length − 1 next tokens, and its gradient.</summary>
    /// <param name="last">What the last block makes of the tokens: [sequences, length, hidden].</param>
    /// <param name="ids">The tokens: [sequences, length], int64.</param>
    /// <param name="gradients">Gets ∂loss/∂last of every sequence: [sequences, length, hidden].</param>
    public static IReadOnlyList<double> Backward(OutputHead head, HiddenStates last, Tensor ids, Tensor gradients)
    {
        gradients.zero_(); // the last token of a sequence predicts nothing
        var losses = new List<double>();
        for (var sequence = 0L; sequence < last.Sequences; sequence++)
        {
            using var scope = NewDisposeScope();
            var states = last.Batch(sequence, 1).select(0, 0);
            var targets = states.shape[0] - 1;
            var (positions, next) = (arange(targets, int64, states.device), ids.select(0, sequence).narrow(0, 1, targets).to(states.device));
            losses.Add(Backward(head, states, positions, next, 1.0 / targets, gradients.select(0, sequence)) / targets);
        }

        return losses;
    }

    /// <summary>Σ of the losses in nats at some positions; goes back from each, times a weight.</summary>
    /// <param name="states">[tokens, hidden]</param>
    /// <param name="positions">Which tokens' next ones are predicted: int64 [n].</param>
    /// <param name="targets">Those next tokens: int64 [n].</param>
    /// <param name="gradient">Gets weight · ∂loss/∂states at the positions: [tokens, hidden].</param>
    public static double Backward(OutputHead head, Tensor states, Tensor positions, Tensor targets, double weight, Tensor gradient)
    {
        using var _ = enable_grad();
        var sum = 0.0;
        foreach (var (at, next) in Chunks(positions, targets))
        {
            using var scope = NewDisposeScope();
            var x = states.detach().index_select(0, at).requires_grad_();
            var loss = Fused.TokenNll(head.Logits(x), next).sum();
            loss.mul(weight).backward();
            gradient.index_copy_(0, at, x.grad!.to(gradient.device));
            sum += loss.item<double>();
        }

        return sum;
    }

    /// <summary>Σ of the losses in nats at some positions, nothing recorded; see <see cref="Backward(OutputHead, Tensor, Tensor, Tensor, double, Tensor)"/>.</summary>
    public static double Sum(OutputHead head, Tensor states, Tensor positions, Tensor targets)
    {
        using var _ = no_grad();
        var sum = 0.0;
        foreach (var (at, next) in Chunks(positions, targets))
        {
            using var scope = NewDisposeScope();
            sum += head.Nll(states.index_select(0, at), next).sum().item<double>();
        }

        return sum;
    }

    private static IEnumerable<(Tensor Positions, Tensor Targets)> Chunks(Tensor positions, Tensor targets)
    {
        for (var first = 0L; first < positions.shape[0]; first += TokensAtOnce)
        {
            var count = Math.Min(TokensAtOnce, positions.shape[0] - first);
            using var at = positions.narrow(0, first, count);
            using var next = targets.narrow(0, first, count);
            yield return (at, next);
        }
    }
}
