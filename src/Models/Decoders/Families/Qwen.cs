using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Qwen of the first generation: LLaMA with one matrix for q, k and v, with biases there; the config's intermediate size is twice the real one.</summary>
internal static class Qwen
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 8192, headDim: config.OptionalSize("kv_channels"));
        size = size with { Intermediate = size.Intermediate / 2, Positions = Longest(config, size.Positions) };
        var norm = size.Norms(NormKind.Rms, "layer_norm_epsilon", 1e-6);
        var bias = !config.Flag("no_bias", otherwise: true);
        var block = new BlockLayout
        {
            AttentionNorm = norm("ln_1"),
            Attention = size.Attention(size.Stacked("attn.c_attn", bias: true), "attn.c_proj", bias, size.Rotary()),
            MlpNorm = norm("ln_2"),
            Mlp = size.Gated("mlp.w2", "mlp.w1", "mlp.c_proj", bias),
        };
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("wte"),
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: false),
        });
    }

    /// <summary>Beyond the trained length both options change the numbers, token by token: windows end there.</summary>
    private static int Longest(ConfigReader config, int positions) =>
        config.Flag("use_dynamic_ntk", otherwise: true) || config.Flag("use_logn_attn", otherwise: true) ? config.OptionalSize("seq_length") ?? positions : positions;
}
