using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>OPT 125M to 66B and Galactica: LayerNorms, learned positions, ReLU; 350M has its norms behind the sums and a narrower embedding.</summary>
internal static class Opt
{
    // The checkpoint's first two rows of positions are never used: a left-over of padding ids.
    private const int PositionOffset = 2;

    internal static ModelConfig Read(ConfigReader config)
    {
        config.Require("learned_embeddings", true, "model_type opt looks learned positions up.");
        config.Require("scale_embeddings", false, "model_type opt does not scale its embeddings.");
        var size = Dimensions.Read(config, positions: 2048);
        var (before, bias) = (config.Flag("do_layer_norm_before", otherwise: true), config.Flag("enable_bias", otherwise: true));
        var affine = config.Flag("layer_norm_elementwise_affine", otherwise: true);
        NormLayout Norm(string name) => new(NormKind.Layer, affine ? name : null, size.Hidden, 1e-5) { Bias = affine };
        var (first, second) = (Norm("self_attn_layer_norm"), Norm("final_layer_norm"));
        var block = new BlockLayout
        {
            AttentionNorm = before ? first : null,
            AttentionSumNorm = before ? null : first,
            Attention = size.Attention(size.Separate("self_attn.{0}_proj", bias, "kvq"), "self_attn.out_proj", bias, rotary: null),
            MlpNorm = before ? second : null,
            MlpSumNorm = before ? null : second,
            Mlp = size.Plain("fc1", "fc2", bias, Activation.Relu),
        };
        var width = config.OptionalSize("word_embed_proj_dim") ?? size.Hidden;
        return size.Model(new DecoderLayout
        {
            Base = "model.",
            Embedding = new("decoder.embed_tokens", size.Vocabulary, width)
            {
                Projection = width == size.Hidden ? null : new("decoder.project_in", size.Hidden, width),
                Positions = new("decoder.embed_positions", PositionOffset, size.Positions + PositionOffset, size.Hidden),
            },
            BlockPrefix = "decoder.layers.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = before && !config.Flag("_remove_final_layer_norm", otherwise: false) ? Norm("decoder.final_layer_norm") : null,
            Head = size.Head("lm_head", tied: true) with { Width = width, Projection = width == size.Hidden ? null : new("decoder.project_out", width, size.Hidden) },
        });
    }
}
