namespace Harness.Models.Checkpoints;

/// <summary>config.json of model_type opt: OPT 125M to 66B, both norm layouts, Galactica.</summary>
internal static class OptConfig
{
    // torch's default, which OPT's LayerNorms take and its config does not name
    private const double LayerNormEps = 1e-5;

    /// <summary>Reads it with the defaults of transformers' OPTConfig.</summary>
    public static ModelConfig Read(ConfigReader config)
    {
        var hidden = config.Size("hidden_size");
        var heads = config.Size("num_attention_heads");
        var before = config.Flag("do_layer_norm_before", otherwise: true);
        var biases = config.Flag("enable_bias", otherwise: true);
        if (hidden % heads != 0)
        {
            throw config.Wrong("num_attention_heads", $"a divisor of hidden_size {hidden}");
        }

        if (!config.Flag("learned_embeddings", otherwise: true))
        {
            throw config.Unsupported("learned_embeddings", "model_type opt looks learned positions up.");
        }

        if (config.Flag("scale_embeddings", otherwise: false))
        {
            throw config.Unsupported("scale_embeddings", "model_type opt does not scale its embeddings.");
        }

        return new ModelConfig
        {
            ModelType = "opt",
            HiddenSize = hidden,
            EmbeddingSize = config.OptionalSize("word_embed_proj_dim") ?? hidden,
            IntermediateSize = config.Size("ffn_dim"),
            Layers = config.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = hidden / heads,
            VocabSize = config.Size("vocab_size"),
            MaxPositions = config.OptionalSize("max_position_embeddings") ?? 2048,
            NormEps = LayerNormEps,
            Activation = config.Choice("activation_function", Activations.ByName, Activation.Relu),
            TieWordEmbeddings = config.Flag("tie_word_embeddings", otherwise: true),
            AttentionBias = biases,
            MlpBias = biases,
            NormBefore = before,
            FinalNorm = before && !config.Flag("_remove_final_layer_norm", otherwise: false),
            NormAffine = config.Flag("layer_norm_elementwise_affine", otherwise: true),
            Type = config.StoredType(),
            BosId = config.BosId(),
            EosIds = config.Ids("eos_token_id"),
        };
    }
}
