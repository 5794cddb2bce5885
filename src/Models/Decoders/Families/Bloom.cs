using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>BLOOM 560M to 176B: ALiBi, one matrix for q, k and v head by head, a LayerNorm behind the embedding.</summary>
internal static class Bloom
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("apply_residual_connection_post_layernorm", false, "only blocks whose sums take the input of the norm are supported.");
        var size = Dimensions.Read(config, positions: config.OptionalSize("seq_length") ?? 2048, isFourfold: true);
        var norm = size.Norms(NormKind.Layer, "layer_norm_epsilon", 1e-5, bias: true);
        var block = new BlockLayout
        {
            AttentionNorm = norm("input_layernorm"),
            Attention = size.Attention(size.Grouped("self_attention.query_key_value", bias: true), "self_attention.dense", bias: true, rotary: null) with { Alibi = new() },
            MlpNorm = norm("post_attention_layernorm"),
            Mlp = size.Plain("mlp.dense_h_to_4h", "mlp.dense_4h_to_h", bias: true, Activation.GeluTanh),
        };
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("word_embeddings") with { Norm = norm("word_embeddings_layernorm") },
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: true),
        });
    }
}
