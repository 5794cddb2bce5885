namespace Harness.Prune.Gradients;

/// <summary>How a linear's gradient statistic is named: <c>self_attn.q_proj_layer_0</c>, in files that hold several statistics behind <c>l2.</c> or <c>l1.</c></summary>
public static class GradientKeys
{
    /// <summary>The statistics: √Σ g² and Σ |g| over the samples.</summary>
    public static IReadOnlyList<string> Statistics { get; } = ["l2", "l1"];

    /// <param name="linear">Its name within the block.</param>
    public static string Of(string linear, int layer) => $"{linear}_layer_{layer}";

    /// <summary>With the statistic in front.</summary>
    public static string Of(string statistic, string linear, int layer) => $"{statistic}.{Of(linear, layer)}";
}
