using Harness.Models;

namespace Harness.ZeroShot;

/// <summary>
/// Token perplexity of non-overlapping windows (wanda's lib/eval.py): each window's loss is the mean cross-entropy of its length − 1 next-token targets, and the perplexity
/// is exp of the mean of the window losses. The windows travel block by block, so a model need never be in memory whole.
/// </summary>
public sealed class Perplexity : Evaluation
{
    /// <summary>Tokens whose logits are made at a time: a window's worth is never in memory.</summary>
    public const int TokensOfLogits = 512;

    private readonly int[] _ids;
    private readonly CausalLM _model;
    private readonly int _length;

    /// <param name="ids">Row-major [windows, length].</param>
    public Perplexity(CausalLM model, ReadOnlySpan<int> ids, int length)
    {
        model.CheckWindow(length);
        (_model, _ids, _length) = (model, ids.ToArray(), length);
    }

    /// <summary>Raised by hand whenever a change can move the numbers.</summary>
    public static int Version => 1;

    public override long Tokens => _ids.Length;

    public override long HeadTokens => _ids.Length;

    /// <summary>The loss of every window and the perplexity.</summary>
    public override PerplexityResult Finish(OutputHead head, IProgress<long>? progress = null)
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

    protected override HiddenStates Embed() => HiddenStates.Embed(_model, _ids, _length);

    protected override HiddenStates Load(string path) => HiddenStates.Load(path, _model, _ids.Length / _length, _length);

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
            total += head.Nll(hidden.narrow(0, first, count), ids.narrow(0, first + 1, count)).sum().item<double>();
        }

        return total / (_length - 1);
    }
}

/// <summary>A perplexity and what it is made of.</summary>
/// <param name="WindowLosses">Mean cross-entropy of each window, in nats.</param>
/// <param name="Tokens">Ids in all windows.</param>
public sealed record PerplexityResult(IReadOnlyList<double> WindowLosses, int Tokens) : EvaluationResult
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
