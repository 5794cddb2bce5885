using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>model.safetensors.index.json or pytorch_model.bin.index.json: in which of a folder's files each tensor lies.</summary>
internal sealed class ShardIndex(string folder, WeightsFormat format)
{
    /// <summary>Opens the shards that the index names, in the order of their names, and checks that index and shards agree tensor by tensor.</summary>
    /// <exception cref="InputException">No sound index; an entry outside the folder; a shard or tensor that is missing or not listed.</exception>
    public IReadOnlyList<ITensorFile> OpenShards()
    {
        var weightMap = ReadWeightMap(Path.Combine(folder, format.IndexFile));
        var shards = weightMap.Values.Distinct().Order(StringComparer.Ordinal).Select(OpenShard).ToArray();
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

    private ITensorFile OpenShard(string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path)
            ? format.Open(path)
            : throw new InputException($"{folder} lacks {name}, which its {format.IndexFile} names. Download the missing file.");
    }

    private void RequireAgreement(ITensorFile shard, Dictionary<string, string> weightMap)
    {
        var shardName = Path.GetFileName(shard.Path);
        var held = shard.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (tensor, _) in weightMap.Where(item => item.Value == shardName && !held.Contains(item.Key)))
        {
            throw new InputException($"{shard.Path} has no tensor '{tensor}', which {format.IndexFile} places there. Are index and shards from the same checkpoint?");
        }

        foreach (var tensor in shard.Tensors.Where(tensor => weightMap.GetValueOrDefault(tensor.Name) != shardName))
        {
            throw new InputException(
                $"{shard.Path} has a tensor '{tensor.Name}', which {format.IndexFile} does not place there. Are index and shards from the same checkpoint?");
        }
    }
}
