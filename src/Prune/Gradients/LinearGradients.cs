using Harness.Models.Decoders;

namespace Harness.Prune.Gradients;

/// <summary>The gradients of one linear, summed sample by sample.</summary>
/// <param name="sumType">What Σ |g| runs in.</param>
public sealed class LinearGradients(Linear linear, int layer, ScalarType sumType) : IDisposable
{
    private readonly Tensor _squares = zeros(linear.Weight.shape, float32, linear.Weight.device).DetachFromDisposeScope();
    private readonly Tensor _sum = zeros(linear.Weight.shape, sumType, linear.Weight.device).DetachFromDisposeScope();

    /// <summary>Whose.</summary>
    public Linear Linear => linear;

    /// <summary>In which block.</summary>
    public int Layer => layer;

    /// <summary>Σ |g|: [out, in].</summary>
    public Tensor L1 => _sum;

    /// <summary>√Σ g²: a new tensor [out, in], float32.</summary>
    public Tensor L2() => _squares.sqrt();

    public void Dispose()
    {
        _squares.Dispose();
        _sum.Dispose();
    }

    /// <summary>Adds the gradient of a sample, times the scale in float32.</summary>
    internal void Add(Tensor gradient, double scale)
    {
        using var scope = NewDisposeScope();
        var scaled = gradient.to(float32).mul(scale);
        _squares.add_(scaled.square());
        _sum.add_(scaled.abs().to(sumType));
        if (!_squares.isfinite().all().item<bool>())
        {
            throw new InputException($"Layer {layer}: the gradient of {linear.Name} holds NaN or infinity. Does the dense model work on this text? Use a smaller --scale, or --dtype float32.");
        }
    }
}
