using Harness.Models.Decoders;

namespace Harness.Models.Backward;

/// <summary>
/// Backpropagation through one block, sequence by sequence: its forward pass is computed anew under autograd, so that never more than the graph of one block and one sequence is in memory.
/// </summary>
public static class BlockGradient
{
    /// <summary>Sees the gradients of one sequence's loss, in the order of the parameters; 0 where a parameter had no part in it. They live only until it returns.</summary>
    public delegate void Observer(long sequence, IReadOnlyList<Tensor> gradients);

    /// <summary>The block with other tensors in place of the weights of its linears: of the same values, and recording gradients. The block must outlive it.</summary>
    public static DecoderBlock Recording(DecoderBlock block) =>
        block.With(block.Linears.ToDictionary(linear => linear.Name, linear => linear.Weight.detach().requires_grad_().DetachFromDisposeScope()));

    /// <summary>Goes back through the block.</summary>
    /// <param name="inputs">What the block read: [sequences, length, hidden].</param>
    /// <param name="gradients">∂loss/∂output of every sequence, replaced by ∂loss/∂input: [sequences, length, hidden].</param>
    /// <param name="parameters">Tensors of the block that record gradients.</param>
    public static void Backward(DecoderBlock block, HiddenStates inputs, Tensor gradients, IReadOnlyList<Tensor> parameters, Observer observe)
    {
        using var _ = enable_grad();
        for (var sequence = 0L; sequence < inputs.Sequences; sequence++)
        {
            using var scope = NewDisposeScope();
            var x = inputs.Batch(sequence, 1).detach().requires_grad_();
            var gradient = gradients.narrow(0, sequence, 1);
            var found = autograd.grad([block.Forward(x)], [x, .. parameters], [gradient.to(x.device)], allow_unused: true);
            gradient.copy_(found[0]);
            observe(sequence, [.. found.Skip(1).Zip(parameters, (own, parameter) => own ?? zeros_like(parameter))]);
        }
    }
}
