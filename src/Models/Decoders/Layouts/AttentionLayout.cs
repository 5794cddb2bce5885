using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Layouts;

/// <summary>A family's attention.</summary>
public sealed record AttentionLayout
{
    /// <summary>How queries, keys and values come about.</summary>
    public required ProjectionLayout Inputs { get; init; }

    /// <summary>Back to the hidden size.</summary>
    public required LinearLayout Output { get; init; }

    /// <summary>Query heads; a multiple of <see cref="KeyValueHeads"/>.</summary>
    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Dimensions of a query or key.</summary>
    public required int HeadDim { get; init; }

    /// <summary>The factor on q·k.</summary>
    public required double Scale { get; init; }

    /// <summary>Rotary positions.</summary>
    public RotaryLayout? Rotary { get; init; }

    /// <summary>Scores that fall with the distance.</summary>
    public AlibiLayout? Alibi { get; init; }

    /// <summary>The keys that a query sees at most, itself included; 0: all.</summary>
    public int Window { get; init; }

    /// <summary>c, where scores become c · tanh(score / c); 0: they stay.</summary>
    public double SoftCap { get; init; }

    /// <summary>Queries, keys and values are clamped to ± this; 0: not at all.</summary>
    public double Clip { get; init; }

    /// <summary>Over each head where it is as wide as a head, otherwise over the whole projection.</summary>
    public NormLayout? QueryNorm { get; init; }

    /// <inheritdoc cref="QueryNorm"/>
    public NormLayout? KeyNorm { get; init; }

    /// <summary>Its tensors in the checkpoint.</summary>
    public IEnumerable<ParameterShape> Parameters(string prefix) =>
    [
        .. Inputs.Linears.Append(Output).SelectMany(linear => linear.Parameters(prefix)),
        .. Inputs.Norms.Append(QueryNorm).Append(KeyNorm).SelectMany(norm => norm?.Parameters(prefix) ?? []),
    ];
}

/// <summary>Rotary positions of one kind of layer.</summary>
/// <param name="Offset">The first dimension of a head that turns.</param>
/// <param name="Dims">How many turn.</param>
/// <param name="Interleaved">Whether neighbours form the pairs, instead of the two halves.</param>
public sealed record RotaryLayout(RopeConfig Rope, int Offset, int Dims, bool Interleaved);

/// <summary>ALiBi (Press et al. 2022): each key's score grows by slope · position, the slope being the head's.</summary>
/// <param name="Rounded">Falcon: slopes, positions and products are rounded to bfloat16.</param>
/// <param name="Factor">What the products are multiplied with: Falcon adds them before the scores are scaled.</param>
public sealed record AlibiLayout(bool Rounded = false, double Factor = 1);
