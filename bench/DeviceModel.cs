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
    public DeviceModel(LlamaShape shape, int? blocks, Device device, bool isStored)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), JsonSerializer.Serialize(shape.Config("float16", blocks)));
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
}
