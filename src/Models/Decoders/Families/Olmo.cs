using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>OLMo: LLaMA with norms that have no parameters and clamped q, k and v. OLMo 2: norms behind attention and feed-forward part, and on q and k.</summary>
internal static class Olmo
{
    internal static ModelConfig ReadFirst(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        NormLayout Norm(string name, int? width = null) => new(NormKind.Layer, null, size.Hidden, 1e-5);
        var clip = config.OptionalPositive("clip_qkv") ?? 0;
        var block = LlamaTable.Block(size, Norm, size.Rotary(), config.Flag("attention_bias", otherwise: false)).Attending(attention => attention with { Clip = clip });
        return size.Model(LlamaTable.Decoder(size, Norm, _ => block));
    }

    internal static ModelConfig ReadSecond(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        var norm = size.Norms(NormKind.RmsRoundedLast, "rms_norm_eps", 1e-5);
        var block = LlamaTable.Block(size, norm, size.Rotary(), config.Flag("attention_bias", otherwise: false)).Attending(attention => attention with
        {
            QueryNorm = norm("self_attn.q_norm", size.Heads * size.HeadDim),
            KeyNorm = norm("self_attn.k_norm", size.KeyValueHeads * size.HeadDim),
        });
        block = block with
        {
            AttentionNorm = null,
            AttentionOutputNorm = norm("post_attention_layernorm"),
            MlpNorm = null,
            MlpOutputNorm = norm("post_feedforward_layernorm"),
        };
        return size.Model(LlamaTable.Decoder(size, norm, _ => block));
    }
}
