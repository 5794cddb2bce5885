using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>GPT-Neo 125M to 2.7B: learned positions, scores that are not scaled, a window in every second layer.</summary>
internal static class GptNeo
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048, isFourfold: true);
        var norm = size.Norms(NormKind.Layer, "layer_norm_epsilon", 1e-5, bias: true);
        var block = new BlockLayout
        {
            AttentionNorm = norm("ln_1"),
            Attention = size.Attention(size.Separate("attn.attention.{0}_proj", bias: false, "kvq"), "attn.attention.out_proj", bias: true, rotary: null) with { Scale = 1 },
            MlpNorm = norm("ln_2"),
            Mlp = size.Plain("mlp.c_fc", "mlp.c_proj", bias: true, Activation.GeluTanh),
        };
        var (kinds, window) = (Kinds(config, size.Layers), config.OptionalSize("window_size") ?? 256);
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("wte") with { Positions = new("wpe", 0, size.Positions, size.Hidden) },
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = layer => block.Attending(attention => attention with { Window = kinds[layer] == "local" ? window : 0 }),
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: true),
        });
    }

    /// <summary>attention_types: [[["global", "local"], 12]] stands for the two kinds in turn, twelve times.</summary>
    private static IReadOnlyList<string> Kinds(ConfigReader config, int layers)
    {
        var kinds = config.Has("attention_types") ? config.RepeatedTexts("attention_types")
            : config.Has("attention_layers") ? config.Texts("attention_layers")
            : [.. Enumerable.Range(0, layers).Select(layer => layer % 2 == 0 ? "global" : "local")];
        var key = config.Has("attention_types") ? "attention_types" : "attention_layers";
        foreach (var kind in kinds.Where(kind => kind is not ("global" or "local")))
        {
            throw config.Unknown(key, kind, ["global", "local"]);
        }

        return kinds.Count == layers ? kinds : throw config.Wrong(key, $"a kind for each of {layers} layers");
    }
}
