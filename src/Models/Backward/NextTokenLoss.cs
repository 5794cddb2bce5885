namespace Harness.Models.Backward;

/// <summary>
/// The language modelling loss: for each sequence the mean cross-entropy of its length − 1 next tokens, and its gradient with respect to what the last block makes. The head is run on a few
/// tokens at a time, so that the logits of a window never lie side by side.
/// </summary>
public static class NextTokenLoss
{
    /// <summary>Tokens whose logits are held at once.</summary>
    public const int TokensAtOnce = 256;

    /// <summary>Each sequence's loss in nats, and its gradient.</summary>
    /// <param name="last">What the last block makes of the tokens: [sequences, length, hidden].</param>
    /// <param name="ids">The tokens: [sequences, length], int64.</param>
    /// <param name="gradients">Gets ∂loss/∂last of every sequence: [sequences, length, hidden].</param>
    public static IReadOnlyList<double> Backward(OutputHead head, HiddenStates last, Tensor ids, Tensor gradients)
    {
        using var _ = enable_grad();
        gradients.zero_(); // the last token of a sequence predicts nothing
        var losses = new List<double>();
        for (var sequence = 0L; sequence < last.Sequences; sequence++)
        {
            using var scope = NewDisposeScope();
            var states = last.Batch(sequence, 1);
            losses.Add(Backward(head, states.select(0, 0), ids.select(0, sequence).to(states.device), gradients.select(0, sequence)));
        }

        return losses;
    }

    /// <summary>states: [length, hidden], ids: [length].</summary>
    private static double Backward(OutputHead head, Tensor states, Tensor ids, Tensor gradient)
    {
        var (sum, targets) = (0.0, ids.shape[0] - 1);
        for (var first = 0L; first < targets; first += TokensAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(TokensAtOnce, targets - first);
            var x = states.narrow(0, first, count).detach().requires_grad_();
            var loss = Fused.TokenNll(head.Logits(x), ids.narrow(0, first + 1, count)).sum().div(targets);
            gradient.narrow(0, first, count).copy_(autograd.grad([loss], [x])[0]);
            sum += loss.item<double>();
        }

        return sum;
    }
}
