using System.IO.Enumeration;

namespace Harness.Models.Checkpoints;

/// <summary>
/// The files of a checkpoint folder that go along with new weights: tokenizer, generation_config.json, README and the like, also in sub-folders.
/// Left behind are the source's weights in other formats, which would contradict the new ones; hidden files and folders (.git, .cache); and
/// sub-folders that are checkpoints of their own, unfinished ones, or sidecars of the old weights.
/// </summary>
internal static class CompanionFiles
{
    private static readonly string[] Weights =
    [
        "model*.safetensors", "model*.safetensors.index.json", "consolidated*", "pytorch_model*.bin", "pytorch_model*.bin.index.json",
        "*.pth", "*.gguf", "*.ggml", "*.h5", "*.msgpack", "*.onnx", "*.onnx_data", "*.ot",
    ];

    /// <summary>Their paths relative to the folder, without config.json and the weights.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="weights">Its files of weights, whatever they are called.</param>
    public static IReadOnlyList<string> Of(string folder, IEnumerable<string> weights)
    {
        var known = weights.Select(Path.GetFileName).Append("config.json").ToHashSet(StringComparer.Ordinal);
        var files = new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToFullPath()),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsWeights(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.FileName.EndsWith(".partial") && !entry.FileName.SequenceEqual(CheckpointWriter.SidecarFolder) && !File.Exists(Path.Combine(entry.ToFullPath(), "config.json")),
        };
        return [.. files.Where(file => !known.Contains(file)).Order(StringComparer.Ordinal)];
    }

    private static bool IsWeights(ReadOnlySpan<char> name)
    {
        foreach (var pattern in Weights)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name))
            {
                return true;
            }
        }

        return false;
    }
}
