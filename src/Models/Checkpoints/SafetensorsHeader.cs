using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>
/// What a safetensors file says before its data: 8 bytes with the length of the JSON (little-endian), the JSON, padded with spaces to a
/// multiple of 8. Format: https://github.com/huggingface/safetensors#format.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>The JSON's key for <see cref="Metadata"/>; no tensor can have this name.</summary>
    internal const string MetadataKey = "__metadata__";

    private readonly Dictionary<string, SafetensorsEntry> _byName;

    internal SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata, long fileBytes)
    {
        (Entries, Metadata, FileBytes) = (entries, metadata, fileBytes);
        Tensors = [.. entries.Select(entry => entry.Tensor)];
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The same without their places.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Free text, usually {"format": "pt"}; null where the file has none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>The whole file's length.</summary>
    public long FileBytes { get; }

    /// <summary>The entry of a tensor, or null.</summary>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Lays tensors out one after the other, in the given order. Same tensors → same bytes.</summary>
    /// <returns>The header and the file's first bytes.</returns>
    public static (SafetensorsHeader Header, byte[] Bytes) Build(
        IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var json = Json(tensors, metadata);
        var padded = (json.Length + 7) / 8 * 8;
        var bytes = new byte[8 + padded];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        json.CopyTo(bytes.AsSpan(8));
        bytes.AsSpan(8 + json.Length).Fill((byte)' ');

        var position = (long)bytes.Length;
        var entries = tensors.Select(tensor => new SafetensorsEntry(tensor, position, position += tensor.Bytes)).ToArray();
        return (new SafetensorsHeader(entries, metadata, position), bytes);
    }

    private static ReadOnlySpan<byte> Json(IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        if (metadata is not null)
        {
            writer.WriteStartObject(MetadataKey);
            foreach (var (key, value) in metadata)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        var offset = 0L;
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject(tensor.Name);
            writer.WriteString("dtype", tensor.Type.StoredName());
            WriteNumbers(writer, "shape", tensor.Shape);
            WriteNumbers(writer, "data_offsets", [offset, offset += tensor.Bytes]);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string key, IReadOnlyList<long> numbers)
    {
        writer.WriteStartArray(key);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
