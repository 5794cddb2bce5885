namespace Harness.Data.Hub;

/// <summary>Which files of a model's repository make a checkpoint that harness reads.</summary>
public static class ModelFiles
{
    private static readonly string[] Companions = ["*.json", "*.txt", "*.model", "*.jinja", "LICENSE*", "README.md", "USE_POLICY*", "NOTICE*"];

    // the best first: a repository often holds the same weights several times
    private static readonly string[][] Weights = [["model.safetensors"], ["model-*.safetensors"], ["pytorch_model.bin"], ["pytorch_model-*.bin"]];

    /// <summary>Configuration, tokenizer and one set of weights at the top of the repository: safetensors where there are any.</summary>
    /// <exception cref="InputException">There are no weights of a kind that harness reads.</exception>
    public static IReadOnlyList<string> Choose(HubRepository repository, IReadOnlyList<string> files)
    {
        var top = files.Where(file => !file.Contains('/')).ToArray();
        var weights = Weights.Select(patterns => top.Where(file => patterns.Any(pattern => Glob.Fits(pattern, file))).ToArray()).FirstOrDefault(found => found.Length > 0)
            ?? throw new InputException(
                $"{repository} has no weights that harness reads (model.safetensors, pytorch_model.bin or their shards). Name files with --include GLOB to fetch them all the same.");
        var other = weights[0].EndsWith(".bin", StringComparison.Ordinal) ? ".safetensors.index.json" : ".bin.index.json";
        return [.. top.Where(file => weights.Contains(file) || (Companions.Any(pattern => Glob.Fits(pattern, file)) && !file.EndsWith(other, StringComparison.Ordinal)))];
    }
}
