using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>InternLM2: LLaMA with names of its own and one matrix in which each key head brings its query heads along.</summary>
internal static class InternLm2
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        var norm = size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6);
        var bias = config.Flag("bias", otherwise: true);
        var block = new BlockLayout
        {
            AttentionNorm = norm("attention_norm"),
            Attention = size.Attention(size.Grouped("attention.wqkv", bias), "attention.wo", bias, size.Rotary()),
            MlpNorm = norm("ffn_norm"),
            Mlp = size.Gated("feed_forward.w1", "feed_forward.w3", "feed_forward.w2"),
        };
        return size.Model(LlamaTable.Decoder(size, norm, _ => block) with { Embedding = size.Embedding("tok_embeddings"), Head = size.Head("output", tied: false) });
    }
}
