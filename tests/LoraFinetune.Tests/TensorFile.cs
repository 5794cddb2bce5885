using Harness.Models.Checkpoints;

namespace Harness.LoraFinetune.Tests;

/// <summary>Tensors as a safetensors file.</summary>
internal static class TensorFile
{
    /// <summary>Writes them in their own types; returns the path.</summary>
    public static string Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Durable.WriteFile(path, stream =>
        {
            var writer = new SafetensorsWriter(stream, [.. tensors.Select(tensor => new StoredTensor(tensor.Key, tensor.Value.dtype.ToElementType(), tensor.Value.shape))]);
            foreach (var (name, value) in tensors)
            {
                writer.Write(name, value);
            }

            writer.Complete();
        });
        return path;
    }

    /// <summary>Whether two tensors are the same, bit for bit.</summary>
    public static bool Same(Tensor one, Tensor other) => one.dtype == other.dtype && one.shape.SequenceEqual(other.shape) && one.detach().eq(other.detach()).all().item<bool>();
}
