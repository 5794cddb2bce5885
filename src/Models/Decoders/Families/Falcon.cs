using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>Falcon: 7B (one key head, one norm for both parts), the new decoder of 11B to 180B (grouped, one norm or two), RW (ALiBi, one part after the other).</summary>
internal static class Falcon
{
    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("apply_residual_connection_post_layernorm", false, "only blocks whose sums take the input of the norm are supported.");
        var (isNew, multiQuery) = (config.Flag("new_decoder_architecture", otherwise: false), config.Flag("multi_query", otherwise: true));
        var (parallel, alibi, bias) = (isNew || config.Flag("parallel_attn", otherwise: true), config.Flag("alibi", otherwise: false), config.Flag("bias", otherwise: false));
        var size = Dimensions.Read(config, positions: 2048, isFourfold: true);
        size = isNew ? size : size with { KeyValueHeads = multiQuery ? 1 : size.Heads };
        var norm = size.Norms(NormKind.Layer, "layer_norm_epsilon", 1e-5, bias: true);
        var attention = size.Attention(size.Grouped("self_attention.query_key_value", bias), "self_attention.dense", bias, alibi ? null : size.Rotary());
        var twoNorms = isNew && config.OptionalSize("num_ln_in_parallel_attn") is null or 2;
        var block = new BlockLayout
        {
            Parallel = parallel,
            AttentionNorm = norm(twoNorms ? "ln_attn" : "input_layernorm"),
            Attention = alibi ? attention with { Alibi = new(Rounded: true, Factor: attention.Scale) } : attention,
            MlpNorm = twoNorms ? norm("ln_mlp") : parallel ? null : norm("post_attention_layernorm"),
            Mlp = size.Plain("mlp.dense_h_to_4h", "mlp.dense_4h_to_h", bias, Activation.Gelu),
        };
        return size.Model(new DecoderLayout
        {
            Base = "transformer.",
            Embedding = size.Embedding("word_embeddings"),
            BlockPrefix = "h.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("ln_f"),
            Head = size.Head("lm_head", tied: true),
        });
    }
}
