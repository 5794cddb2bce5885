using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>GPT-J 6B: attention and feed-forward part read the same LayerNorm; rotary positions on pairs of neighbours; a head with a bias.</summary>
internal static class GptJ
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("rotary", true, "model_type gptj has rotary positions.");
        var size = Dimensions.Read(config, positions: 2048, isFourfold: true);
        var norm = size.Norms(NormKind.Layer, "layer_norm_epsilon", 1e-5, bias: true);
        var rotary = new RotaryLayout(RopeConfig.Read(config, size.Positions), 0, config.OptionalSize("rotary_dim") ?? 64, Interleaved: true);
        var block = new BlockLayout
        {
            Parallel = true,
            AttentionNorm = norm("ln_1"),
            Attention = size.Attention(size.Separate("attn.{0}_proj", bias: false, "kvq"), "attn.out_proj", bias: false, rotary),
            Mlp = size.Plain("mlp.fc_in", "mlp.fc_out", bias: true, Activation.GeluTanh),
        };
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("wte"),
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: false) with { Bias = true },
        });
    }
}
