using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Decoders.Families;

/// <summary>LLaMA's names and choices, which most later families start from: norms before attention and feed-forward part, rotary positions, a gated feed-forward part.</summary>
internal static class LlamaTable
{
    public static BlockLayout Block(Dimensions size, NormOf norm, RotaryLayout? rotary, bool attentionBias = false, bool mlpBias = false) => new()
    {
        AttentionNorm = norm("input_layernorm"),
        Attention = size.Attention(size.Separate("self_attn.{0}_proj", attentionBias), "self_attn.o_proj", attentionBias, rotary),
        MlpNorm = norm("post_attention_layernorm"),
        Mlp = size.Gated("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", mlpBias),
    };

    public static DecoderLayout Decoder(Dimensions size, NormOf norm, Func<int, BlockLayout> block, bool tied = false) => new()
    {
        Base = "model.",
        Embedding = size.Embedding("embed_tokens"),
        BlockPrefix = "layers.{0}.",
        Blocks = size.Layers,
        Block = block,
        FinalNorm = norm("norm"),
        Head = size.Head("lm_head", tied),
    };
}
