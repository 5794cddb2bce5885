using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Harness.Tests.Shared;

/// <summary>
/// A llama of a few thousand random weights with a tokenizer of single bytes, written as a checkpoint folder: the same bytes for the same options.
/// </summary>
public sealed record TinyLlama
{
    /// <summary>Of the token that begins every text; ids 0 to 255 are bytes.</summary>
    public const int BosId = 256;

    private const int HeadDim = 8;

    public int Hidden { get; init; } = 32;

    public int Intermediate { get; init; } = 48;

    public int Layers { get; init; } = 2;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int Vocabulary { get; init; } = 260;

    public int Positions { get; init; } = 64;

    public int Seed { get; init; }

    /// <summary>Stored as bfloat16 instead of float32.</summary>
    public bool IsBFloat16 { get; init; }

    /// <summary>Changes a tensor before it is stored: name and values.</summary>
    public Action<string, float[]>? Change { get; init; }

    /// <summary>Writes config.json, model.safetensors and tokenizer.json; returns the folder.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(Config()));
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(Tokenizer()));
        WriteWeights(Path.Combine(folder, "model.safetensors"));
        return folder;
    }

    private Dictionary<string, object> Config() => new()
    {
        ["architectures"] = new[] { "LlamaForCausalLM" },
        ["model_type"] = "llama",
        ["hidden_size"] = Hidden,
        ["intermediate_size"] = Intermediate,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KeyValueHeads,
        ["head_dim"] = HeadDim,
        ["vocab_size"] = Vocabulary,
        ["max_position_embeddings"] = Positions,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["hidden_act"] = "silu",
        ["tie_word_embeddings"] = false,
        ["torch_dtype"] = IsBFloat16 ? "bfloat16" : "float32",
        ["bos_token_id"] = BosId,
    };

    private static Dictionary<string, object> Tokenizer()
    {
        var bos = new { id = BosId, content = "<s>", single_word = false, lstrip = false, rstrip = false, normalized = false, special = true };
        return new Dictionary<string, object>
        {
            ["version"] = "1.0",
            ["added_tokens"] = new[] { bos },
            ["pre_tokenizer"] = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            ["post_processor"] = new
            {
                type = "TemplateProcessing",
                single = new object[] { new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } } },
                pair = Array.Empty<object>(),
                special_tokens = new Dictionary<string, object> { ["<s>"] = new { id = "<s>", ids = new[] { BosId }, tokens = new[] { "<s>" } } },
            },
            ["decoder"] = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            ["model"] = new { type = "BPE", vocab = ByteLetters().Select((letter, id) => (letter, id)).ToDictionary(pair => pair.letter, pair => pair.id), merges = Array.Empty<string>() },
        };
    }

    /// <summary>GPT-2's letter for each byte: printable ones stand for themselves, the others for U+0100 and what follows.</summary>
    private static IEnumerable<string> ByteLetters()
    {
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            yield return ((char)(printable ? value : next++)).ToString();
        }
    }

    private IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"model.layers.{layer}.";
            yield return ($"{block}input_layernorm.weight", [Hidden]);
            yield return ($"{block}self_attn.q_proj.weight", [Heads * HeadDim, Hidden]);
            yield return ($"{block}self_attn.k_proj.weight", [KeyValueHeads * HeadDim, Hidden]);
            yield return ($"{block}self_attn.v_proj.weight", [KeyValueHeads * HeadDim, Hidden]);
            yield return ($"{block}self_attn.o_proj.weight", [Hidden, Heads * HeadDim]);
            yield return ($"{block}post_attention_layernorm.weight", [Hidden]);
            yield return ($"{block}mlp.gate_proj.weight", [Intermediate, Hidden]);
            yield return ($"{block}mlp.up_proj.weight", [Intermediate, Hidden]);
            yield return ($"{block}mlp.down_proj.weight", [Hidden, Intermediate]);
        }

        yield return ("model.norm.weight", [Hidden]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
    }

    private void WriteWeights(string path)
    {
        var random = new Random(Seed);
        var header = new Dictionary<string, object>();
        using var data = new MemoryStream();
        foreach (var (name, shape) in Tensors())
        {
            var begin = data.Length;
            var values = Values(random, name, shape.Aggregate(1, (product, size) => product * size));
            Change?.Invoke(name, values);
            data.Write(Stored(values));
            header[name] = new { dtype = IsBFloat16 ? "BF16" : "F32", shape, data_offsets = new[] { begin, data.Length } };
        }

        SafetensorsText.Write(path, JsonSerializer.Serialize(header), data.ToArray());
    }

    private static float[] Values(Random random, string name, int count)
    {
        var isNorm = name.EndsWith("norm.weight", StringComparison.Ordinal);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5) * 0.5f + (isNorm ? 1 : 0))];
    }

    private byte[] Stored(float[] values)
    {
        if (!IsBFloat16)
        {
            return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        }

        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16));
        }

        return bytes;
    }
}
