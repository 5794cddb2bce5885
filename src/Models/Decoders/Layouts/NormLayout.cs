namespace Harness.Models.Decoders.Layouts;

/// <summary>A norm: its form, its name within the block (null where it has no parameters) and how many dimensions it goes over.</summary>
public sealed record NormLayout(NormKind Kind, string? Name, long Width, double Epsilon)
{
    /// <summary>Whether it has a bias beside its weight.</summary>
    public bool Bias { get; init; }

    /// <summary>Its tensors in the checkpoint.</summary>
    public IEnumerable<ParameterShape> Parameters(string prefix) => Name is null ? []
        : Bias ? [new($"{prefix}{Name}.weight", Width), new($"{prefix}{Name}.bias", Width)]
        : [new($"{prefix}{Name}.weight", Width)];
}
