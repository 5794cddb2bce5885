namespace Harness.Models.Decoders.Layouts;

/// <summary>
/// A decoder block. Every norm is optional and stands where its name says:
/// <code>
/// attended = AttentionSumNorm(x + AttentionOutputNorm(attention(AttentionNorm(x))))
/// output   = MlpSumNorm(attended + MlpOutputNorm(mlp(MlpNorm(attended))))
/// </code>
/// A parallel block's mlp reads MlpNorm(x) instead, or what the attention reads where there is no such norm.
/// </summary>
public sealed record BlockLayout
{
    public required AttentionLayout Attention { get; init; }

    public required FeedForwardLayout Mlp { get; init; }

    public bool Parallel { get; init; }

    public NormLayout? AttentionNorm { get; init; }

    public NormLayout? AttentionOutputNorm { get; init; }

    public NormLayout? AttentionSumNorm { get; init; }

    public NormLayout? MlpNorm { get; init; }

    public NormLayout? MlpOutputNorm { get; init; }

    public NormLayout? MlpSumNorm { get; init; }

    /// <summary>What can be pruned, in the reference's order.</summary>
    public IEnumerable<LinearLayout> Linears => [.. Attention.Inputs.Linears, Attention.Output, .. Mlp.Linears];

    /// <summary>The same by the input they share, in the order in which the inputs come about.</summary>
    public IEnumerable<InputLayout> ByInput => [.. Attention.Inputs.ByInput, new InputLayout(Attention.Output), .. Mlp.ByInput];

    /// <summary>Its tensors in the checkpoint.</summary>
    public IEnumerable<ParameterShape> Parameters(string prefix) =>
    [
        .. Attention.Parameters(prefix),
        .. Mlp.Parameters(prefix),
        .. new[] { AttentionNorm, AttentionOutputNorm, AttentionSumNorm, MlpNorm, MlpOutputNorm, MlpSumNorm }.SelectMany(norm => norm?.Parameters(prefix) ?? []),
    ];

    /// <summary>The same block with another attention.</summary>
    internal BlockLayout Attending(Func<AttentionLayout, AttentionLayout> change) => this with { Attention = change(Attention) };
}
