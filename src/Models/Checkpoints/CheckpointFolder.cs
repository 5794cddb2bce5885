namespace Harness.Models.Checkpoints;

/// <summary>
/// A checkpoint in Hugging Face layout: config.json beside model.safetensors or pytorch_model.bin, or beside shards of either and their index.
/// Opening reads the headers only; tensors are views of the memory-mapped files.
/// </summary>
public sealed partial class CheckpointFolder
{
    private readonly Dictionary<string, ITensorFile> _fileOf;

    private CheckpointFolder(string path, WeightsFormat format, IReadOnlyList<ITensorFile> files, bool isSharded)
    {
        (Path, Format, Files, IsSharded) = (path, format, files, isSharded);
        _fileOf = files.SelectMany(file => file.Tensors, (file, tensor) => (tensor.Name, file))
            .ToDictionary(item => item.Name, item => item.file, StringComparer.Ordinal);
        Entries = [.. files.SelectMany(file => file.Tensors)];
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its config.json.</summary>
    public string ConfigPath => System.IO.Path.Combine(Path, "config.json");

    /// <summary>Its weights: one file, or the shards in the order of their names.</summary>
    public IReadOnlyList<ITensorFile> Files { get; }

    /// <summary>How they are written.</summary>
    internal WeightsFormat Format { get; }

    /// <summary>Whether the weights are named by an index.</summary>
    public bool IsSharded { get; }

    /// <summary>Every tensor, in the order of the files and within them.</summary>
    public IReadOnlyList<StoredTensor> Entries { get; }

    /// <summary>
    /// What the checkpoint computes, by content: SHA-256 over the hashes of config.json and of the weights' files. Hashing reads every byte, once per
    /// process and state of the files.
    /// </summary>
    public string Key => ContentKey.OfText(string.Concat(
        new[] { ConfigPath }.Concat(Files.Select(file => file.Path)).Select(path => $"{System.IO.Path.GetFileName(path)} {FileHash.Of(path)}\n")));

    /// <summary>Opens a folder; safetensors win over pytorch_model.bin, and of each the single file over an index, as in transformers.</summary>
    /// <exception cref="InputException">No such folder, no config.json, no weights, or damaged ones.</exception>
    public static CheckpointFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new InputException($"{path} does not exist; a folder with config.json and model.safetensors was expected.");
        }

        var format = WeightsFormat.All.FirstOrDefault(format => Has(path, format.SingleFile) || Has(path, format.IndexFile));
        if (format is null || !Has(path, "config.json"))
        {
            throw new InputException(NoCheckpoint.Describe(path));
        }

        return Has(path, format.SingleFile)
            ? new CheckpointFolder(path, format, [format.Open(System.IO.Path.Combine(path, format.SingleFile))], isSharded: false)
            : new CheckpointFolder(path, format, new ShardIndex(path, format).OpenShards(), isSharded: true);
    }

    /// <summary>config.json, read strictly.</summary>
    /// <param name="families">The model types that are understood; all known ones when null.</param>
    public ModelConfig ReadConfig(IReadOnlyCollection<Decoders.Families.Family>? families = null) => ModelConfig.Read(ConfigPath, families);

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>A tensor's entry.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public StoredTensor Entry(string name) => FileOf(name).Find(name);

    /// <summary>A tensor's shape.</summary>
    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <summary>The type a tensor is stored in.</summary>
    public ElementType Type(string name) => Entry(name).Type;

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public ITensorFile FileOf(string name) => _fileOf.GetValueOrDefault(name) ?? throw AbsentTensor.In(Path, name, Entries);

    private static bool Has(string folder, string name) => File.Exists(System.IO.Path.Combine(folder, name));
}
