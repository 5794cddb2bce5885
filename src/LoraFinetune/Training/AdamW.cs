namespace Harness.LoraFinetune.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), as torch.optim.AdamW: every trained tensor decays, also norms and biases.
/// Weights that a mask has pruned stay 0, and so do their moments.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<TrainedTensor> _tensors;
    private readonly Options _options;

    public AdamW(IReadOnlyList<TrainedTensor> tensors, Options options)
    {
        (_tensors, _options) = (tensors, options);
        Moments = [.. tensors.Select(tensor => new Moment(Zeros(tensor.Value), Zeros(tensor.Value)))];
    }

    /// <summary>β₁, β₂, ε and the weight decay.</summary>
    public sealed record Options(double Beta1, double Beta2, double Epsilon, double WeightDecay);

    /// <summary>The running means of gradient and squared gradient of a tensor.</summary>
    public sealed record Moment(Tensor First, Tensor Second);

    /// <summary>Of each tensor, in order.</summary>
    public IReadOnlyList<Moment> Moments { get; }

    /// <summary>Steps taken so far.</summary>
    public int Steps { get; set; }

    /// <summary>Takes a step by the tensors' gradients.</summary>
    /// <param name="factor">What gradients are multiplied with first.</param>
    public void Step(double learningRate, double factor)
    {
        Steps++;
        var (correction1, correction2) = (1 - Math.Pow(_options.Beta1, Steps), 1 - Math.Pow(_options.Beta2, Steps));
        foreach (var (tensor, moment) in _tensors.Zip(Moments))
        {
            using var scope = NewDisposeScope();
            if (tensor.Value.grad is { } gradient)
            {
                Fused.AdamW_(
                    tensor.Value, gradient, moment.First, moment.Second, learningRate, _options.Beta1, _options.Beta2, _options.Epsilon, _options.WeightDecay, correction1, correction2, factor, tensor.Kept);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (first, second) in Moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like) => zeros(like.shape, like.dtype, like.device).DetachFromDisposeScope();
}
