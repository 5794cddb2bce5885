namespace Harness.Models.Checkpoints;

/// <summary>The function between a feed-forward block's linears.</summary>
public enum Activation
{
    /// <summary>x·σ(x).</summary>
    Silu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x), exact.</summary>
    Gelu,

    /// <summary>GELU in its tanh form.</summary>
    GeluTanh,
}

/// <summary>The names that config.json uses for <see cref="Activation"/>s.</summary>
public static class Activations
{
    /// <summary>transformers' names; several mean the same function.</summary>
    public static IReadOnlyDictionary<string, Activation> ByName { get; } = new Dictionary<string, Activation>(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["relu"] = Activation.Relu,
        ["gelu"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
    };
}
