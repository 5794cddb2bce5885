using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

/// <summary>A checkpoint folder of a few small tensors of several types, in one file or two shards.</summary>
internal static class TinyCheckpoint
{
    public const string Config = """
        {
          "model_type": "llama",
          "rms_norm_eps": 1e-05,
          "torch_dtype": "bfloat16",
          "odd": "ä<"
        }
        """;

    public const string Index = """
        {
          "metadata": {
            "total_size": 42
          },
          "weight_map": {
            "embed": "model-00001-of-00002.safetensors",
            "half": "model-00001-of-00002.safetensors",
            "positions": "model-00002-of-00002.safetensors",
            "norm": "model-00002-of-00002.safetensors"
          }
        }
        """;

    private static readonly StoredTensor[] Tensors =
    [
        new("embed", ElementType.BFloat16, [3, 2]),
        new("half", ElementType.Float16, [2]),
        new("positions", ElementType.Int64, [2]),
        new("norm", ElementType.BFloat16, [5]),
    ];

    /// <summary>Each tensor's bytes count up from a start of its own; finite in every floating-point type.</summary>
    public static byte[] Bytes(string name)
    {
        var (index, tensor) = Tensors.Index().Single(item => item.Item.Name == name);
        return [.. Enumerable.Range(0, (int)tensor.Bytes).Select(i => (byte)(16 * index + i))];
    }

    public static string Write(string folder, bool sharded)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config);
        if (sharded)
        {
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), Index);
            WriteFile(Path.Combine(folder, "model-00001-of-00002.safetensors"), Tensors[..2]);
            WriteFile(Path.Combine(folder, "model-00002-of-00002.safetensors"), Tensors[2..]);
        }
        else
        {
            WriteFile(Path.Combine(folder, "model.safetensors"), Tensors);
        }

        return folder;
    }

    private static void WriteFile(string path, StoredTensor[] tensors) => Durable.WriteFile(path, stream =>
    {
        var writer = new SafetensorsWriter(stream, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var tensor in tensors)
        {
            writer.Write(tensor.Name, Bytes(tensor.Name));
        }

        writer.Complete();
    });
}
