namespace Harness.Models.Checkpoints;

/// <summary>config.json of model_type llama: LLaMA 1 to 3, TinyLlama, SmolLM, Yi, CodeLlama and their like.</summary>
internal static class LlamaConfig
{
    /// <summary>Reads it with the defaults of transformers' LlamaConfig.</summary>
    public static ModelConfig Read(ConfigReader config)
    {
        var hidden = config.Size("hidden_size");
        var heads = config.Size("num_attention_heads");
        var keyValueHeads = config.OptionalSize("num_key_value_heads") ?? heads;
        if (heads % keyValueHeads != 0)
        {
            throw config.Wrong("num_key_value_heads", $"a divisor of num_attention_heads {heads}");
        }

        // the first published LLaMA conversions say max_sequence_length
        var positions = config.OptionalSize("max_position_embeddings") ?? config.OptionalSize("max_sequence_length") ?? 2048;
        var rope = RopeConfig.Read(config, positions);
        RefuseForeignMaths(config, rope, positions);
        return new ModelConfig
        {
            ModelType = "llama",
            HiddenSize = hidden,
            EmbeddingSize = hidden,
            IntermediateSize = config.Size("intermediate_size"),
            Layers = config.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = config.HeadDim(hidden, heads),
            VocabSize = config.Size("vocab_size"),
            MaxPositions = positions,
            NormEps = config.OptionalPositive("rms_norm_eps") ?? 1e-6,
            Activation = config.Choice("hidden_act", Activations.ByName, Activation.Silu),
            Rope = rope,
            TieWordEmbeddings = config.Flag("tie_word_embeddings", otherwise: false),
            AttentionBias = config.Flag("attention_bias", otherwise: false),
            MlpBias = config.Flag("mlp_bias", otherwise: false),
            Type = config.StoredType(),
            BosId = config.BosId(),
            EosIds = config.Ids("eos_token_id"),
        };
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
            if (config.Flag(key, otherwise: false))
            {
                throw config.Unsupported(key, "model_type llama knows no such option. Is model_type right?");
            }
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
