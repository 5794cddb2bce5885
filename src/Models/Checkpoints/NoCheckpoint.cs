namespace Harness.Models.Checkpoints;

/// <summary>Says what lies in a folder that is no checkpoint, and what to do about it.</summary>
internal static class NoCheckpoint
{
    /// <summary>One sentence for what was found, one for what to do.</summary>
    public static string Describe(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).ToArray();
        string? First(Func<string, bool> condition) => names.FirstOrDefault(condition);
        if (!names.Contains("config.json"))
        {
            return $"{folder} has no config.json. Pass a checkpoint's own folder, with config.json and model.safetensors in it.";
        }

        if (First(name => name.StartsWith("model-", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal)) is { } shard)
        {
            return $"{folder} has {shard} but no {WeightsFormat.Safetensors.IndexFile}, which says where each tensor lies. Download the index too.";
        }

        if (First(name => name.StartsWith("pytorch_model", StringComparison.Ordinal) && name.EndsWith(".bin", StringComparison.Ordinal)) is { } pickled)
        {
            return $"{folder} has {pickled} but no {WeightsFormat.Torch.IndexFile}, which says where each tensor lies. Download the index too.";
        }

        if (First(name => Path.GetExtension(name) is ".gguf" or ".pth" or ".bin" or ".h5" or ".msgpack" or ".onnx" or ".safetensors") is { } other)
        {
            return $"{folder} has no model.safetensors, only {other}. Convert the weights to model.safetensors, or pass the folder of the original checkpoint.";
        }

        return $"{folder} has a config.json but no weights. Download model.safetensors, or the shards and their {WeightsFormat.Safetensors.IndexFile}.";
    }
}
