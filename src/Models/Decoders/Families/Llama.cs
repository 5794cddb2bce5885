using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders.Families;

/// <summary>LLaMA 1 to 3 and what is built like them: RMS norms, rotary positions, grouped keys and values, gated SiLU.</summary>
internal static class Llama
{
    internal static ModelConfig Read(ConfigReader config)
    {
        var size = Dimensions.Read(config, positions: 2048);
        var (norm, rotary) = (size.Norms(NormKind.Rms, "rms_norm_eps", 1e-6), size.Rotary());
        RefuseForeignMaths(config, rotary.Rope, size.Positions);
        var block = LlamaTable.Block(size, norm, rotary, config.Flag("attention_bias", otherwise: false), config.Flag("mlp_bias", otherwise: false));
        return size.Model(LlamaTable.Decoder(size, norm, _ => block));
    }

    /// <summary>Options of other architectures that some converters leave in a llama config: they must be off.</summary>
    private static void RefuseForeignMaths(ConfigReader config, RopeConfig rope, int positions)
    {
        if (config.Flag("use_sliding_window", otherwise: true) && config.OptionalSize("sliding_window") < positions)
        {
            throw config.Unsupported("sliding_window", "model_type llama attends to all positions. Is model_type right?");
        }

        if (rope.PartialRotaryFactor != 1)
        {
            throw config.Unsupported("partial_rotary_factor", "model_type llama rotates whole heads. Is model_type right?");
        }

        foreach (var key in (string[])["alibi", "qk_norm", "use_qk_norm", "rope_interleaved"])
        {
            config.Require(key, false, "model_type llama knows no such option. Is model_type right?");
        }

        foreach (var key in (string[])["attn_logit_softcapping", "final_logit_softcapping", "num_local_experts"])
        {
            if (config.Has(key))
            {
                throw config.Unsupported(key, "model_type llama knows no such option. Is model_type right?");
            }
        }

        if (config.Texts("layer_types").Any(type => type != "full_attention"))
        {
            throw config.Unsupported("layer_types", "model_type llama has full_attention in every layer. Is model_type right?");
        }
    }
}
