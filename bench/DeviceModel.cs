using System.Text.Json;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.Bench;

/// <summary>A model of a published shape on a device: random weights in half precision that are made there; or in a file, from which each block is brought as it is needed.</summary>
internal sealed class DeviceModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harness-bench-device-").FullName;
    private readonly Dictionary<string, Tensor> _weights = [];

    /// <param name="blocks">The first so many of its blocks alone; null for all.</param>
    /// <param name="isStored">Whether the weights are read from a file.</param>
    public DeviceModel(Shape shape, int? blocks, Device device, bool isStored)
    {
        var config = new
        {
            model_type = "llama",
            architectures = new[] { "LlamaForCausalLM" },
            hidden_size = shape.Hidden,
            intermediate_size = shape.Inner,
            num_attention_heads = shape.Heads,
            num_key_value_heads = shape.KeyValueHeads,
            num_hidden_layers = blocks ?? shape.Blocks,
            vocab_size = 32000,
            max_position_embeddings = 4096,
            rms_norm_eps = 1e-5,
            hidden_act = "silu",
            tie_word_embeddings = false,
            torch_dtype = "float16",
        };
        File.WriteAllText(Path.Combine(_folder, "config.json"), JsonSerializer.Serialize(config));
        var parameters = ModelConfig.Read(Path.Combine(_folder, "config.json")).Layout.Parameters().ToArray();
        using (var stream = File.Create(Path.Combine(_folder, "model.safetensors")))
        {
            var writer = new SafetensorsWriter(stream, [.. parameters.Select(parameter => new StoredTensor(parameter.Name, ElementType.Float16, parameter.Shape))]);
            stream.SetLength(writer.Header.FileBytes); // a hole where nothing is written
            foreach (var parameter in parameters)
            {
                var values = Random(parameter.Shape, device);
                if (isStored)
                {
                    using (values)
                    {
                        writer.Write(parameter.Name, values);
                    }
                }
                else
                {
                    _weights[parameter.Name] = values;
                }
            }
        }

        Model = CausalLM.Open(_folder, float16, device);
        Model.Overlay = WeightOverlay.None with { Tensors = _weights };
    }

    public CausalLM Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        foreach (var weight in _weights.Values)
        {
            weight.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static Tensor Random(IReadOnlyList<long> shape, Device device)
    {
        using var scope = NewDisposeScope();
        return (shape.Count == 1 ? ones([.. shape], float16, device) : randn([.. shape], float16, device).mul_(0.02f)).DetachFromDisposeScope();
    }

    /// <summary>Of a published model.</summary>
    public sealed record Shape(string Name, int Hidden, int Inner, int Heads, int KeyValueHeads, int Blocks);
}
