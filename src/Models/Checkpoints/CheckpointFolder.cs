namespace Harness.Models.Checkpoints;

/// <summary>
/// A checkpoint in Hugging Face layout: config.json beside model.safetensors, or beside shards and their index. Opening reads the headers
/// only; tensors are views of the memory-mapped files.
/// </summary>
public sealed partial class CheckpointFolder
{
    private const string SingleFile = "model.safetensors";

    private readonly Dictionary<string, SafetensorsFile> _fileOf;

    private CheckpointFolder(string path, IReadOnlyList<SafetensorsFile> files, bool isSharded)
    {
        (Path, Files, IsSharded) = (path, files, isSharded);
        _fileOf = files.SelectMany(file => file.Header.Entries, (file, entry) => (entry.Name, file))
            .ToDictionary(item => item.Name, item => item.file, StringComparer.Ordinal);
        Entries = [.. files.SelectMany(file => file.Header.Entries)];
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its config.json.</summary>
    public string ConfigPath => System.IO.Path.Combine(Path, "config.json");

    /// <summary>Its weights: one file, or the shards in the order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>Whether the weights are named by an index.</summary>
    public bool IsSharded { get; }

    /// <summary>Every tensor, in the order of the files and of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>
    /// What the checkpoint computes, by content: SHA-256 over the hashes of config.json and of the weights' files. Hashing reads every byte, once per
    /// process and state of the files.
    /// </summary>
    public string Key => ContentKey.OfText(string.Concat(
        new[] { ConfigPath }.Concat(Files.Select(file => file.Path)).Select(path => $"{System.IO.Path.GetFileName(path)} {FileHash.Of(path)}\n")));

    /// <summary>Opens a folder; <see cref="SingleFile"/> wins over an index, as in transformers.</summary>
    /// <exception cref="InputException">No such folder, no config.json, no safetensors weights, or damaged ones.</exception>
    public static CheckpointFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new InputException($"{path} does not exist; a folder with config.json and model.safetensors was expected.");
        }

        var single = System.IO.Path.Combine(path, SingleFile);
        var isSharded = !File.Exists(single) && File.Exists(System.IO.Path.Combine(path, ShardIndex.FileName));
        if (!File.Exists(System.IO.Path.Combine(path, "config.json")) || (!isSharded && !File.Exists(single)))
        {
            throw new InputException(NoCheckpoint.Describe(path));
        }

        return new CheckpointFolder(path, isSharded ? ShardIndex.OpenShards(path) : [SafetensorsFile.Open(single)], isSharded);
    }

    /// <summary>config.json, read strictly.</summary>
    /// <param name="families">The model types that are understood; all known ones when null.</param>
    public ModelConfig ReadConfig(IReadOnlyCollection<ConfigFamily>? families = null) => ModelConfig.Read(ConfigPath, families);

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>A tensor's entry.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => FileOf(name).Entry(name);

    /// <summary>A tensor's shape.</summary>
    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <summary>The type a tensor is stored in.</summary>
    public ElementType Type(string name) => Entry(name).Type;

    /// <summary>The file that holds a tensor.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public SafetensorsFile FileOf(string name) => _fileOf.GetValueOrDefault(name) ?? throw AbsentTensor.In(Path, name, Entries);
}
