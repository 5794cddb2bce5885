using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>LLaMA 1 to 3 and what is built like them (SmolLM, TinyLlama, Yi, …): RMS norms, rotary positions, grouped keys and values, gated SiLU.</summary>
internal static class Llama
{
    internal static DecoderLayout Layout(ModelConfig config) => new()
    {
        Embedding = "model.embed_tokens",
        Block = "model.layers.{0}.",
        Head = "lm_head",
        FinalNorm = new("model.norm", NormKind.Rms),
        AttentionNorm = new("input_layernorm", NormKind.Rms),
        Attention = new(
            [(AttentionRole.Query, "self_attn.q_proj"), (AttentionRole.Key, "self_attn.k_proj"), (AttentionRole.Value, "self_attn.v_proj")],
            "self_attn.o_proj", config.AttentionBias),
        MlpNorm = new("post_attention_layernorm", NormKind.Rms),
        Mlp = new("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", config.Activation, config.MlpBias),
    };
}
