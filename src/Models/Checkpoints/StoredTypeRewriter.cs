using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.Models.Checkpoints;

/// <summary>Edits the JSON of a checkpoint that is saved in another element type; everything else in it stays as written.</summary>
internal static class StoredTypeRewriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>config.json with its dtype or torch_dtype replaced; torch_dtype is added where there is neither.</summary>
    public static string Config(string json, ElementType type)
    {
        var config = JsonNode.Parse(json)!.AsObject();
        var keys = new[] { "dtype", "torch_dtype" }.Where(config.ContainsKey).DefaultIfEmpty("torch_dtype").ToArray();
        foreach (var key in keys)
        {
            config[key] = type.TorchName();
        }

        return Text(config);
    }

    /// <summary>The shard index with its metadata.total_size replaced and its files renamed.</summary>
    public static string Index(string json, long totalBytes, Func<string, string> rename)
    {
        var index = JsonNode.Parse(json)!.AsObject();
        if (index["metadata"] is JsonObject metadata && metadata.ContainsKey("total_size"))
        {
            metadata["total_size"] = totalBytes;
        }

        var map = index["weight_map"]!.AsObject();
        foreach (var (tensor, file) in map.ToArray())
        {
            map[tensor] = rename(file!.GetValue<string>());
        }

        return Text(index);
    }

    /// <summary>As a checkpoint's JSON is written.</summary>
    public static string Text(JsonNode json) => json.ToJsonString(Indented) + "\n";
}
