using Harness.Models;
using Harness.Models.Backward;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// Forward and backward through a model for the tensors in training, whose <c>grad</c> it adds to. Between two blocks the graph is cut, so that a block's part of it is either kept until
/// the way back or, to save memory, computed anew there; below the first trained tensor there is none at all.
/// </summary>
internal sealed class Backpropagation
{
    private readonly CausalLM _model;
    private readonly bool _keepsGraphs;
    private readonly bool _trainsEmbedding;
    private readonly int _first;

    /// <param name="keepsGraphs">Whether blocks are not computed anew on the way back.</param>
    public Backpropagation(CausalLM model, IReadOnlyList<TrainedTensor> trained, bool keepsGraphs)
    {
        (_model, _keepsGraphs) = (model, keepsGraphs);
        _trainsEmbedding = trained.Any(tensor => model.IsOfEmbedding(tensor.Parameter));
        _first = _trainsEmbedding ? -1 : trained.Select(tensor => model.BlockOf(tensor.Parameter) ?? model.Config.Layers).DefaultIfEmpty(model.Config.Layers).Min();
    }

    /// <summary>Σ of the portion's losses in nats, its targets' gradients each weighted.</summary>
    /// <param name="weight">What a target's loss is multiplied with before it goes backwards.</param>
    public double Run(Portion portion, double weight)
    {
        using var scope = NewDisposeScope();
        using var _ = enable_grad();
        var embedded = Recording(_trainsEmbedding, () => _model.Embed(portion.Ids));
        var steps = new Stack<Step>();
        var states = embedded;
        for (var block = 0; block < _model.Config.Layers; block++)
        {
            var step = Through(block, states);
            steps.Push(step);
            states = step.Output;
        }

        var (loss, gradient) = Head(states, portion, weight);
        while (steps.TryPop(out var step) && step.Block >= _first)
        {
            gradient = Back(step, gradient);
        }

        if (_trainsEmbedding)
        {
            embedded.backward(gradient);
        }

        return loss;
    }

    /// <summary>A block's input and output; where its graph is kept, the output leads back to the input, which records.</summary>
    private sealed record Step(int Block, Tensor Input, Tensor Output);

    private Step Through(int index, Tensor states)
    {
        var isKept = _keepsGraphs && index >= _first;
        var input = Leaf(states, index > _first);
        using var block = _model.Block(index);
        return new Step(index, input, Recording(isKept, () => block.Forward(input)));
    }

    /// <summary>∂loss/∂input of a block; adds to what is trained in it. Gives its part of the graph up.</summary>
    private Tensor Back(Step step, Tensor gradient)
    {
        using (step.Input)
        using (gradient)
        {
            if (_keepsGraphs)
            {
                using var output = step.Output;
                output.backward(gradient);
            }
            else
            {
                using var block = _model.Block(step.Block);
                using var output = block.Forward(step.Input);
                output.backward(gradient);
            }

            return step.Input.grad ?? empty([0]); // the first trained block leads no further
        }
    }

    private (double Loss, Tensor Gradient) Head(Tensor states, Portion portion, double weight)
    {
        using var head = _model.Head();
        var gradient = zeros_like(states);
        var loss = NextTokenLoss.Backward(head, states.flatten(0, 1), portion.Positions, portion.Targets, weight, gradient.view(-1, states.shape[^1]));
        return (loss, gradient);
    }

    private static Tensor Leaf(Tensor states, bool records) => states.detach().requires_grad_(records);

    private static Tensor Recording(bool records, Func<Tensor> compute)
    {
        using var _ = enable_grad(records);
        return compute();
    }
}
