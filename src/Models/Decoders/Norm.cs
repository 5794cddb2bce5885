namespace Harness.Models.Decoders;

/// <summary>Which normalisation a family uses.</summary>
public enum NormKind
{
    /// <summary>x / rms(x) · w, in float32.</summary>
    Rms,

    /// <summary>(x − mean) / std · w + b.</summary>
    Layer,
}

/// <summary>A normalisation over the last dimension.</summary>
public sealed record Norm(NormKind Kind, Tensor? Weight, Tensor? Bias, double Epsilon)
{
    /// <summary>x: [..., hidden] → the same shape.</summary>
    public Tensor Forward(Tensor x) => Kind == NormKind.Layer
        ? nn.functional.layer_norm(x, [x.shape[^1]], Weight, Bias, Epsilon)
        : Fused.RmsNorm(x, Weight!, Epsilon);
}
