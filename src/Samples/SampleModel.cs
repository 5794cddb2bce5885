using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders.Layouts;
using Harness.Models.Tokenizers.Training;
using Harness.Samples.Texts;

namespace Harness.Samples;

/// <summary>A small model of the embedded default before its training: a new one is an entry in <see cref="All"/>.</summary>
/// <param name="Name">Of its folder.</param>
/// <param name="Config">Its config.json.</param>
/// <param name="WriteTokenizer">Trains its tokenizer on texts: folder, texts, tokens.</param>
public sealed record SampleModel(string Name, IReadOnlyDictionary<string, object> Config, Action<string, IEnumerable<string>, int> WriteTokenizer)
{
    /// <summary>Positions of both models.</summary>
    public const int Positions = 256;

    // documents that a tokenizer learns its words from
    private const int TokenizerDocuments = 3000;

    private const int Vocabulary = 1024;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Both of them.</summary>
    public static IReadOnlyList<SampleModel> All { get; } =
    [
        new("samples-llama", new Dictionary<string, object>
        {
            ["architectures"] = new[] { "LlamaForCausalLM" },
            ["model_type"] = "llama",
            ["hidden_size"] = 128,
            ["intermediate_size"] = 352,
            ["num_hidden_layers"] = 4,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 4,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = Positions,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["hidden_act"] = "silu",
            ["initializer_range"] = FirstWeights.Deviation,
            ["tie_word_embeddings"] = false,
            ["bos_token_id"] = LlamaTokenizerFile.BosId,
            ["eos_token_id"] = LlamaTokenizerFile.EosId,
        }, LlamaTokenizerFile.Write) { LearningRate = 3e-3 },
        new("samples-opt", new Dictionary<string, object>
        {
            ["architectures"] = new[] { "OPTForCausalLM" },
            ["model_type"] = "opt",
            ["hidden_size"] = 128,
            ["word_embed_proj_dim"] = 128,
            ["ffn_dim"] = 640,
            ["num_hidden_layers"] = 4,
            ["num_attention_heads"] = 4,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = Positions,
            ["activation_function"] = "relu",
            ["do_layer_norm_before"] = true,
            ["dropout"] = 0.0,
            ["init_std"] = FirstWeights.Deviation,
            ["tie_word_embeddings"] = true,
            ["bos_token_id"] = OptTokenizerFiles.BosId,
            ["eos_token_id"] = OptTokenizerFiles.BosId,
            ["pad_token_id"] = OptTokenizerFiles.PadId,
        }, OptTokenizerFiles.Write) { LearningRate = 2e-3 },
    ];

    /// <summary>At the end of the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Writes config.json, the tokenizer and first weights (<see cref="FirstWeights"/>) in float32.</summary>
    public void Write(string folder, BigInteger seed)
    {
        Directory.CreateDirectory(folder);
        WriteTokenizer(folder, SampleTexts.Training(seed).Take(TokenizerDocuments), Vocabulary);
        var config = new Dictionary<string, object>(Config) { ["torch_dtype"] = "float32" };
        Durable.WriteText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config, Json) + "\n");
        WriteWeights(folder, ModelConfig.Read(Path.Combine(folder, "config.json")).Layout, seed);
    }

    private void WriteWeights(string folder, DecoderLayout layout, BigInteger seed)
    {
        var first = new FirstWeights(layout, Name, seed);
        var parameters = layout.Parameters().Where(parameter => !layout.Head.Tied || !parameter.Name.StartsWith($"{layout.Head.Name}.", StringComparison.Ordinal)).ToArray();
        Durable.WriteFile(Path.Combine(folder, "model.safetensors"), stream =>
        {
            var writer = new SafetensorsWriter(
                stream, [.. parameters.Select(parameter => new StoredTensor(parameter.Name, ElementType.Float32, parameter.Shape))], new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var parameter in parameters)
            {
                writer.Write(parameter.Name, MemoryMarshal.AsBytes<float>(first.Of(parameter)));
            }

            writer.Complete();
        });
    }
}
