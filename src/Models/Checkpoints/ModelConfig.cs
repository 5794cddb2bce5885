using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>
/// A decoder's sizes and options from config.json, in one form for all families. What the file leaves out has the value that transformers
/// gives it for that model_type; keys that do not touch the numbers of inference (initializer_range, use_cache, dropouts, …) are passed over.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>model_type: which family this is.</summary>
    public required string ModelType { get; init; }

    /// <summary>hidden_size.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>intermediate_size or ffn_dim: the width inside the feed-forward block.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>num_hidden_layers.</summary>
    public required int Layers { get; init; }

    /// <summary>num_attention_heads.</summary>
    public required int Heads { get; init; }

    /// <summary>num_key_value_heads: each serves Heads / KeyValueHeads query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>head_dim where given, otherwise HiddenSize / Heads; q_proj has Heads · HeadDim rows.</summary>
    public required int HeadDim { get; init; }

    /// <summary>vocab_size.</summary>
    public required int VocabSize { get; init; }

    /// <summary>max_position_embeddings: the longest window.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>The ε under the root of every norm (rms_norm_eps; 1e-5 for OPT's LayerNorm).</summary>
    public required double NormEps { get; init; }

    /// <summary>hidden_act or activation_function.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Rotary positions; null for a family with learned ones.</summary>
    public RopeConfig? Rope { get; init; }

    /// <summary>tie_word_embeddings: the head is the embedding; the checkpoint stores the matrix under either name or both.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>attention_bias (enable_bias for OPT): q, k, v and the output projection have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>mlp_bias (enable_bias for OPT): the feed-forward linears have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>OPT's do_layer_norm_before: norms in front of attention and feed-forward; false: behind each residual sum (350M).</summary>
    public bool NormBefore { get; init; } = true;

    /// <summary>Whether there is a norm behind the last block (OPT: only with NormBefore and without _remove_final_layer_norm).</summary>
    public bool FinalNorm { get; init; } = true;

    /// <summary>OPT's layer_norm_elementwise_affine: norms have weights and biases.</summary>
    public bool NormAffine { get; init; } = true;

    /// <summary>The embedding's width; OPT's word_embed_proj_dim, where project_in and project_out lead to HiddenSize and back.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>torch_dtype or dtype, the type the checkpoint says it is stored in; null where it does not say.</summary>
    public ElementType? Type { get; init; }

    /// <summary>bos_token_id, or null.</summary>
    public int? BosId { get; init; }

    /// <summary>eos_token_id: none, one or several.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Reads a config.json whose model_type is one of <paramref name="families"/> (all known ones when null).</summary>
    /// <exception cref="InputException">Names the file, the key, the value and what was expected.</exception>
    public static ModelConfig Read(string path, IReadOnlyCollection<ConfigFamily>? families = null)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; a checkpoint folder in Hugging Face layout has a config.json.");
        }

        using var document = ParseJson(path);
        var reader = new ConfigReader(path, document.RootElement);
        families ??= ConfigFamily.All;
        var type = reader.Text("model_type");
        var family = families.FirstOrDefault(known => known.ModelType == type)
            ?? throw reader.Unknown("model_type", type, families.Select(known => known.ModelType));
        if (reader.Has("quantization_config"))
        {
            throw reader.Unsupported("quantization_config", "only checkpoints in float32, float16 or bfloat16 can be pruned. Use the unquantised original.");
        }

        return family.Read(reader);
    }

    private static JsonDocument ParseJson(string path)
    {
        try
        {
            var document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException("it holds no object");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} is not a JSON object: {e.Message}", e);
        }
    }
}
