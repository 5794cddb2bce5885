using Harness.Models;
using Harness.Models.Decoders;

namespace Harness.ZeroShot;

/// <summary>
/// Token perplexity of non-overlapping windows (wanda's lib/eval.py): each window's loss is the mean cross-entropy of its length − 1 next-token targets, and the perplexity
/// is exp of the mean of the window losses. The windows travel block by block, so a model need never be in memory whole.
/// </summary>
public sealed class Perplexity : IDisposable
{
    /// <summary>Rows of logits at a time: a window's worth is never in memory.</summary>
    public const int TokensOfLogits = 256;

    private readonly int[] _ids;
    private readonly CausalLM _model;
    private readonly int _length;
    private HiddenStates? _states;

    /// <param name="ids">Row-major [windows, length].</param>
    public Perplexity(CausalLM model, ReadOnlySpan<int> ids, int length)
    {
        model.CheckWindow(length);
        (_model, _ids, _length) = (model, ids.ToArray(), length);
    }

    /// <summary>Raised by hand whenever a change can move the numbers.</summary>
    public static int Version => 1;

    /// <summary>Where the windows stand: the input of the next block.</summary>
    public HiddenStates States => _states ??= HiddenStates.Embed(_model, _ids, _length);

    /// <summary>Goes on from states that an earlier process has brought some way.</summary>
    public void Resume(HiddenStates states) => _states = states;

    /// <summary>Sends all windows through the next block.</summary>
    public void Advance(DecoderBlock block)
    {
        var next = States.Through(block);
        _states!.Dispose();
        _states = next;
    }

    /// <summary>After the last block: the loss of every window and the perplexity; <paramref name="progress"/> hears the tokens scored, window by window.</summary>
    public PerplexityResult Finish(OutputHead head, IProgress<long>? progress = null)
    {
        using var _ = no_grad();
        var losses = new double[States.Sequences];
        for (var window = 0; window < losses.Length; window++)
        {
            losses[window] = Loss(head, window);
            if (!double.IsFinite(losses[window]))
            {
                throw new InputException($"The loss of window {window} is {losses[window]}: the model's activations overflow. Use --dtype float32 or bfloat16.");
            }

            progress?.Report(_length);
        }

        return new PerplexityResult(losses, _ids.Length);
    }

    public void Dispose() => _states?.Dispose();

    private double Loss(OutputHead head, int window)
    {
        using var scope = NewDisposeScope();
        var hidden = States.Batch(window, 1).squeeze(0);
        var ids = tensor(_ids[(window * _length)..((window + 1) * _length)]).to(int64).to(hidden.device);
        var total = 0.0;
        for (var first = 0; first < _length - 1; first += TokensOfLogits)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(TokensOfLogits, _length - 1 - first);
            var logits = head.Logits(hidden.narrow(0, first, count));
            total += Fused.TokenNll(logits, ids.narrow(0, first + 1, count)).to(float64).sum().item<double>();
        }

        return total / (_length - 1);
    }
}

/// <summary>A perplexity and what it is made of.</summary>
/// <param name="WindowLosses">Mean cross-entropy of each window, in nats.</param>
/// <param name="Tokens">Ids in all windows.</param>
public sealed record PerplexityResult(IReadOnlyList<double> WindowLosses, int Tokens)
{
    /// <summary>exp of the mean window loss.</summary>
    public double Value => Math.Exp(WindowLosses.Average());

    /// <summary>The standard error of <see cref="Value"/> over windows, by the delta method; NaN for a single window.</summary>
    public double StandardError
    {
        get
        {
            var mean = WindowLosses.Average();
            var variance = WindowLosses.Sum(loss => (loss - mean) * (loss - mean)) / (WindowLosses.Count - 1);
            return Value * Math.Sqrt(variance / WindowLosses.Count);
        }
    }
}
