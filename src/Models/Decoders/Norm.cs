namespace Harness.Models.Decoders;

/// <summary>Which normalisation a family uses.</summary>
public enum NormKind
{
    /// <summary>x / rms(x), rounded to x's type (by plain operators; the kernel rounds at the end alone), · w.</summary>
    Rms,

    /// <summary>x / rms(x) · w, rounded to x's type at the end.</summary>
    RmsRoundedLast,

    /// <summary>Gemma: x / rms(x) · (1 + w), rounded to x's type at the end.</summary>
    RmsOnePlus,

    /// <summary>(x − mean) / std · w + b.</summary>
    Layer,
}

/// <summary>A normalisation over the last dimension, in float32 or better.</summary>
/// <param name="Weight">Of x's type, or float32 for the kinds that round last; 1 + w for Gemma's; null for none.</param>
public sealed record Norm(NormKind Kind, Tensor? Weight, Tensor? Bias, double Epsilon)
{
    /// <summary>x: [..., width] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        if (Kind == NormKind.Layer)
        {
            return nn.functional.layer_norm(x, [x.shape[^1]], Weight, Bias, Epsilon);
        }

        return Fused.RmsNorm(x, Weight!, Epsilon);
    }
}
