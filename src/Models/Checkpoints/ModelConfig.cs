using System.Text.Json;
using Harness.Models.Decoders.Families;
using Harness.Models.Decoders.Layouts;

namespace Harness.Models.Checkpoints;

/// <summary>
/// A decoder's sizes and options from config.json, in one form for all families. What the file leaves out has the value that transformers
/// gives it for that model_type; keys that do not touch the numbers of inference (initializer_range, use_cache, dropouts, …) are passed over.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>model_type: which family this is.</summary>
    public required string ModelType { get; init; }

    /// <summary>What the checkpoint calls its tensors, their sizes, and how the decoder is put together.</summary>
    public required DecoderLayout Layout { get; init; }

    /// <summary>The width of what goes from block to block.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The longest window.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>How many blocks.</summary>
    public int Layers => Layout.Blocks;

    /// <summary>How many tokens there are.</summary>
    public int VocabSize => (int)Layout.Embedding.Rows;

    /// <summary>The embedding's width, where it differs from <see cref="HiddenSize"/>.</summary>
    public int EmbeddingSize => (int)Layout.Embedding.Width;

    /// <summary>tie_word_embeddings: the head is the embedding; the checkpoint stores the matrix under either name or both.</summary>
    public bool TieWordEmbeddings => Layout.Head.Tied;

    /// <summary>torch_dtype or dtype, the type the checkpoint says it is stored in; null where it does not say.</summary>
    public ElementType? Type { get; init; }

    /// <summary>bos_token_id, or null.</summary>
    public int? BosId { get; init; }

    /// <summary>eos_token_id: none, one or several.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Reads a config.json whose model_type is one of <paramref name="families"/> (all known ones when null).</summary>
    /// <exception cref="InputException">Names the file, the key, the value and what was expected.</exception>
    public static ModelConfig Read(string path, IReadOnlyCollection<Family>? families = null)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; a checkpoint folder in Hugging Face layout has a config.json.");
        }

        using var document = ParseJson(path);
        var reader = new ConfigReader(path, document.RootElement);
        families ??= Family.All;
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
