namespace Harness.Models.Checkpoints;

/// <summary>A way of writing a checkpoint's weights: what its files are called, and how one is opened.</summary>
internal sealed record WeightsFormat(string SingleFile, Func<string, ITensorFile> Open)
{
    private const string TorchPrefix = "pytorch_";

    /// <summary>What is written, and what is read first where a folder has several.</summary>
    public static readonly WeightsFormat Safetensors = new("model.safetensors", SafetensorsFile.Open);

    /// <summary>Files of torch.save.</summary>
    public static readonly WeightsFormat Torch = new("pytorch_model.bin", TorchFile.Open);

    /// <summary>In the order in which transformers looks for them.</summary>
    public static readonly IReadOnlyList<WeightsFormat> All = [Safetensors, Torch];

    /// <summary>Where each tensor of a sharded checkpoint lies.</summary>
    public string IndexFile => $"{SingleFile}.index.json";

    /// <summary>The name of the safetensors file that takes the place of <paramref name="file"/>: pytorch_model-1.bin becomes model-1.safetensors.</summary>
    public string AsSafetensors(string file) => this == Safetensors
        ? file
        : Path.ChangeExtension(file.StartsWith(TorchPrefix, StringComparison.Ordinal) ? file[TorchPrefix.Length..] : file, "safetensors");
}
