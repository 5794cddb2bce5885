using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>OPT 125M to 66B: LayerNorms, learned positions, ReLU; 350M has its norms behind the sums and a narrower embedding.</summary>
internal static class Opt
{
    // The checkpoint's first two rows of positions are never used: a left-over of padding ids.
    private const int PositionOffset = 2;

    internal static DecoderLayout Layout(ModelConfig config) => new()
    {
        Embedding = "model.decoder.embed_tokens",
        Positions = new("model.decoder.embed_positions", PositionOffset),
        ProjectIn = config.EmbeddingSize == config.HiddenSize ? null : "model.decoder.project_in",
        ProjectOut = config.EmbeddingSize == config.HiddenSize ? null : "model.decoder.project_out",
        Block = "model.decoder.layers.{0}.",
        Head = "lm_head",
        FinalNorm = config.FinalNorm ? new("model.decoder.final_layer_norm", NormKind.Layer, config.NormAffine) : null,
        AttentionNorm = new("self_attn_layer_norm", NormKind.Layer, config.NormAffine),
        Attention = new(
            [(AttentionRole.Key, "self_attn.k_proj"), (AttentionRole.Value, "self_attn.v_proj"), (AttentionRole.Query, "self_attn.q_proj")],
            "self_attn.out_proj", config.AttentionBias),
        MlpNorm = new("final_layer_norm", NormKind.Layer, config.NormAffine),
        Mlp = new(Gate: null, "fc1", "fc2", config.Activation, config.MlpBias),
        NormBefore = config.NormBefore,
    };
}
