using Harness.Models;
using Harness.Models.Backward;
using Harness.Models.Decoders;

namespace Harness.Prune.Gradients;

/// <summary>
/// The gradient statistics of Pruner-Zero (Dong et al. 2024) and GBLM (Das et al. 2023): over the samples, √Σ g² and Σ |g| of each weight, g the gradient of a sample's mean next-token loss times a
/// scale. Not divided by the number of samples. One block is in memory at a time, the last first.
/// </summary>
/// <param name="scale">What gradients are multiplied with.</param>
/// <param name="sumType">What Σ |g| runs in: the authors' code adds in float16; float32 loses nothing.</param>
public sealed class GradientWalk(CausalLM model, double scale = GradientWalk.UsualScale, ScalarType sumType = ScalarType.Float32)
{
    /// <summary>The scale of the authors' code.</summary>
    public const double UsualScale = 100;

    /// <summary>Each sample's loss in nats; known once the first linear is.</summary>
    public IReadOnlyList<double> Losses { get; private set; } = [];

    /// <summary>Every linear's statistics, which live until the next is asked for.</summary>
    /// <param name="inputs">What each block reads; taken from there block by block.</param>
    /// <param name="ids">The samples: [samples, length], int64.</param>
    /// <exception cref="InputException">A gradient is NaN or infinite.</exception>
    public IEnumerable<LinearGradients> Steps(BlockInputs inputs, Tensor ids)
    {
        using var gradients = Start(inputs.Output, ids);
        foreach (var block in model.BlocksBackwards())
        {
            var linears = Sums(block, inputs, gradients);
            try
            {
                foreach (var linear in linears)
                {
                    yield return linear;
                }
            }
            finally
            {
                DisposeAll(linears);
            }
        }
    }

    /// <summary>∂loss/∂output of the last block: [samples, length, hidden].</summary>
    private Tensor Start(HiddenStates last, Tensor ids)
    {
        using var head = model.Head();
        var gradients = empty_like(last.Values).DetachFromDisposeScope();
        Losses = NextTokenLoss.Backward(head, last, ids, gradients);
        return gradients;
    }

    private LinearGradients[] Sums(DecoderBlock block, BlockInputs inputs, Tensor gradients)
    {
        using var recording = BlockGradient.Recording(block);
        using var states = inputs.Take(block.Index);
        LinearGradients[] sums = [.. block.Linears.Select(linear => new LinearGradients(linear, block.Index, sumType))];
        try
        {
            BlockGradient.Backward(recording, states, gradients, [.. recording.Linears.Select(linear => linear.Weight)], (_, found) =>
            {
                foreach (var (sum, gradient) in sums.Zip(found))
                {
                    sum.Add(gradient, scale);
                }

                model.Progress?.Report(states.Length);
            });
            return sums;
        }
        catch
        {
            DisposeAll(sums);
            throw;
        }
    }

    private static void DisposeAll(IEnumerable<LinearGradients> linears)
    {
        foreach (var linear in linears)
        {
            linear.Dispose();
        }
    }
}
