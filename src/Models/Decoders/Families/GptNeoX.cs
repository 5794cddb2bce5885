using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>GPT-NeoX 20B and Pythia: one matrix for q, k and v head by head, rotary positions on a part of each head, parallel blocks with two norms.</summary>
internal static class GptNeoX
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        var norm = size.Norms(NormKind.Layer, "layer_norm_eps", 1e-5, bias: true);
        var bias = config.Flag("attention_bias", otherwise: true);
        var block = new BlockLayout
        {
            Parallel = config.Flag("use_parallel_residual", otherwise: true),
            AttentionNorm = norm("input_layernorm"),
            Attention = size.Attention(size.Grouped("attention.query_key_value", bias), "attention.dense", bias, size.Rotary(part: 0.25)),
            MlpNorm = norm("post_attention_layernorm"),
            Mlp = size.Plain("mlp.dense_h_to_4h", "mlp.dense_4h_to_h", bias: true, Activation.Gelu),
        };
        return size.Model(new DecoderLayout
        {
            Base = "gpt_neox.",
            Embedding = size.Embedding("embed_in"),
            BlockPrefix = "layers.{0}.",
            Blocks = size.Layers,
            Block = _ => block,
            FinalNorm = norm("final_layer_norm"),
            Head = size.Head("embed_out", tied: false),
        });
    }
}
