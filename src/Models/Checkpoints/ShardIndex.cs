using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>model.safetensors.index.json: in which of a folder's files each tensor lies.</summary>
internal static class ShardIndex
{
    /// <summary>Its name in every sharded checkpoint.</summary>
    public const string FileName = "model.safetensors.index.json";

    /// <summary>Opens the shards that the index names, in the order of their names, and checks that index and shards agree tensor by tensor.</summary>
    /// <exception cref="InputException">No sound index; an entry outside the folder; a shard or tensor that is missing or not listed.</exception>
    public static IReadOnlyList<SafetensorsFile> OpenShards(string folder)
    {
        var index = Path.Combine(folder, FileName);
        var weightMap = ReadWeightMap(index);
        var shards = weightMap.Values.Distinct().Order(StringComparer.Ordinal).Select(name => OpenShard(folder, name)).ToArray();
        foreach (var shard in shards)
        {
            RequireAgreement(shard, weightMap);
        }

        return shards;
    }

    private static Dictionary<string, string> ReadWeightMap(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(index), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var map = document.RootElement.GetProperty("weight_map").EnumerateObject()
                .ToDictionary(item => item.Name, item => item.Value.GetString() ?? throw new InvalidOperationException(), StringComparer.Ordinal);
            foreach (var (tensor, shard) in map)
            {
                if (shard is "" or "." or ".." || shard != Path.GetFileName(shard))
                {
                    throw new InputException($"{index}: tensor '{tensor}' is said to lie in '{shard}'; the plain name of a file of the folder was expected.");
                }
            }

            return map;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{index} holds no weight_map from tensor names to file names. Copy or download it again.", e);
        }
    }

    private static SafetensorsFile OpenShard(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path)
            ? SafetensorsFile.Open(path)
            : throw new InputException($"{folder} lacks {name}, which its {FileName} names. Download the missing file.");
    }

    private static void RequireAgreement(SafetensorsFile shard, Dictionary<string, string> weightMap)
    {
        var shardName = Path.GetFileName(shard.Path);
        foreach (var (tensor, _) in weightMap.Where(item => item.Value == shardName && shard.Header.Find(item.Key) is null))
        {
            throw new InputException($"{shard.Path} has no tensor '{tensor}', which {FileName} places there. Are index and shards from the same checkpoint?");
        }

        foreach (var entry in shard.Header.Entries.Where(entry => weightMap.GetValueOrDefault(entry.Name) != shardName))
        {
            throw new InputException(
                $"{shard.Path} has a tensor '{entry.Name}', which {FileName} does not place there. Are index and shards from the same checkpoint?");
        }
    }
}
