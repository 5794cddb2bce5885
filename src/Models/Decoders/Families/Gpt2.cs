using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>GPT-2: learned positions, LayerNorms; its linears are stored transposed (Conv1D), q, k and v in one.</summary>
internal static class Gpt2
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("scale_attn_weights", true, "only scores divided by the root of the head's size are supported.");
        config.Require("scale_attn_by_inverse_layer_idx", false, "only scores that do not depend on the layer are supported.");
        config.Require("add_cross_attention", false, "only decoders without an encoder are supported.");
        var size = Dimensions.Read(config, positions: config.OptionalSize("n_ctx") ?? 1024, isFourfold: true);
        var norm = size.Norms(NormKind.Layer, "layer_norm_epsilon", 1e-5, bias: true);
        LinearLayout Conv1D(LinearLayout linear) => linear with { Transposed = true };
        var attention = size.Attention(new FusedLayout(Conv1D(size.Stacked("attn.c_attn", bias: true).Joint)), "attn.c_proj", bias: true, rotary: null);
        var mlp = size.Plain("mlp.c_fc", "mlp.c_proj", bias: true, Activation.GeluTanh);
        var block = new BlockLayout
        {
            AttentionNorm = norm("ln_1"),
            Attention = attention with { Output = Conv1D(attention.Output) },
            MlpNorm = norm("ln_2"),
            Mlp = mlp with { Up = [Conv1D(mlp.Up[0])], Down = Conv1D(mlp.Down) },
        };
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("wte") with { Positions = new("wpe", 0, size.Positions, size.Hidden) },
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: true),
        });
    }
}
