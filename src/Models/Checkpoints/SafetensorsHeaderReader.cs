using System.Buffers.Binary;
using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>Reads and checks a file's header: afterwards every entry's bytes lie inside the file, side by side without holes.</summary>
internal static class SafetensorsHeaderReader
{
    // the limit of the original implementation
    private const long LongestHeader = 100_000_000;

    private const string Again = "The file is damaged; copy or download it again.";

    /// <exception cref="InputException">The file is absent, truncated or not a sound safetensors file; names the tensor at fault.</exception>
    public static SafetensorsHeader Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; a safetensors file was expected there.");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var json = ReadJson(path, stream);
        var dataStart = 8L + json.Length;
        var (tensors, metadata) = Parse(path, json, dataStart);
        var entries = tensors.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToArray();
        RequireSideBySide(path, entries, dataStart, stream.Length);
        return new SafetensorsHeader(entries, metadata, stream.Length);
    }

    private static byte[] ReadJson(string path, FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw new InputException($"{path} has only {stream.Length} bytes, fewer than the 8 that give the length of a safetensors header. {Again}");
        }

        if (GitLfs.IsPointer(prefix))
        {
            throw new InputException(GitLfs.Describe(path));
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader)
        {
            throw new InputException($"{path} announces a header of {length} bytes; safetensors allows {LongestHeader}. It is no safetensors file, or damaged.");
        }

        if (length > (ulong)(stream.Length - 8))
        {
            throw new InputException($"{path} is truncated: its header has {length} bytes, and only {stream.Length - 8} follow. {Again}");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        return json;
    }

    private static (List<SafetensorsEntry>, Dictionary<string, string>?) Parse(string path, byte[] json, long dataStart)
    {
        using var document = ParseJson(path, json);
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, string>? metadata = null;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new InputException($"{path} has two tensors named '{property.Name}'. {Again}");
            }

            if (property.NameEquals(SafetensorsHeader.MetadataKey))
            {
                metadata = ReadMetadata(path, property.Value);
            }
            else
            {
                entries.Add(ReadEntry(path, property.Name, property.Value, dataStart));
            }
        }

        return (entries, metadata);
    }

    private static JsonDocument ParseJson(string path, byte[] json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} has a header that is not a JSON object. It is no safetensors file, or damaged.", e);
        }
    }

    private static Dictionary<string, string> ReadMetadata(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(item => item.Value.ValueKind != JsonValueKind.String))
        {
            throw new InputException($"{path} has {SafetensorsHeader.MetadataKey} {json.GetRawText()}; an object of texts was expected. {Again}");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in json.EnumerateObject())
        {
            metadata[item.Name] = item.Value.GetString()!;
        }

        return metadata;
    }

    private static SafetensorsEntry ReadEntry(string path, string name, JsonElement json, long dataStart)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || Numbers(json, "shape") is not { } shape
            || Numbers(json, "data_offsets") is not [var begin, var end])
        {
            throw new InputException($"{path}: tensor '{name}' is described by {json.GetRawText()}; a dtype, a shape and two data_offsets were expected. {Again}");
        }

        if (!ElementTypes.ByStoredName.TryGetValue(dtype.GetString()!, out var type))
        {
            var known = string.Join(", ", ElementTypes.ByStoredName.Keys.Order(StringComparer.Ordinal));
            throw new InputException(
                $"{path}: tensor '{name}' has dtype '{dtype.GetString()}', which is not supported. Known: {known}. Use an unquantised checkpoint.");
        }

        var tensor = new StoredTensor(name, type, shape);
        if (!Fits(tensor, begin, end))
        {
            throw new InputException(
                $"{path}: tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {type.StoredName()} has data_offsets [{begin}, {end}]; "
                + $"its bytes do not fill them. {Again}");
        }

        return new SafetensorsEntry(tensor, dataStart + begin, dataStart + end);
    }

    private static bool Fits(StoredTensor tensor, long begin, long end)
    {
        try
        {
            return tensor.Bytes == end - begin;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>The whole numbers from 0 up under a key, or null when there is anything else.</summary>
    private static long[]? Numbers(JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i++] < 0)
            {
                return null;
            }
        }

        return numbers;
    }

    private static void RequireSideBySide(string path, SafetensorsEntry[] entries, long dataStart, long fileBytes)
    {
        var (position, before) = (dataStart, "the header");
        foreach (var entry in entries)
        {
            if (entry.Begin < position)
            {
                throw new InputException($"{path}: tensor '{entry.Name}' overlaps {before}. {Again}");
            }

            if (entry.Begin > position)
            {
                throw new InputException($"{path}: {entry.Begin - position} bytes between {before} and tensor '{entry.Name}' belong to no tensor. {Again}");
            }

            if (entry.End > fileBytes)
            {
                throw new InputException($"{path} is truncated: tensor '{entry.Name}' ends at byte {entry.End} of a file of {fileBytes}. {Again}");
            }

            (position, before) = (entry.End, $"tensor '{entry.Name}'");
        }

        if (position < fileBytes)
        {
            throw new InputException($"{path}: {fileBytes - position} bytes after {before} belong to no tensor. {Again}");
        }
    }
}
