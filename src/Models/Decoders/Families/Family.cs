using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>The table of families: a new one is a file beside this one and a line here (and its config in Checkpoints).</summary>
public static class Family
{
    private static readonly Dictionary<string, Func<ModelConfig, DecoderLayout>> Layouts = new(StringComparer.Ordinal)
    {
        ["llama"] = Llama.Layout,
        ["opt"] = Opt.Layout,
    };

    /// <summary>The <c>model_type</c>s that can be run.</summary>
    public static IReadOnlyCollection<string> Known => Layouts.Keys;

    /// <summary>The layout of a config's family.</summary>
    public static DecoderLayout LayoutOf(ModelConfig config) =>
        Layouts.TryGetValue(config.ModelType, out var layout) ? layout(config) : throw Names.Unknown("model_type", config.ModelType, Known);
}
