namespace Harness.Models.Checkpoints;

/// <summary>
/// Writes a checkpoint that is another one with some tensors replaced: same names, shards, order, element types (unless one is asked for) and
/// metadata, the other tensors' bytes unchanged, and the folder's other files beside them (<see cref="CompanionFiles"/> says which).
/// Weights of torch.save become safetensors, each tensor on its own also where two shared their storage.
/// The files are laid out at once, so that tensors can come in any order and none stays in memory; the folder appears on <see cref="Commit"/>.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    /// <summary>Where sidecars lie within a checkpoint's folder.</summary>
    public const string SidecarFolder = "harness";

    // without it transformers refuses a safetensors file
    private static readonly Dictionary<string, string> MadeByTorch = new() { ["format"] = "pt" };

    private readonly CheckpointFolder _source;
    private readonly ElementType? _saveAs;
    private readonly IReadOnlyList<string> _companions;
    private readonly DurableFolder _folder;
    private readonly Sparse24Bitmask? _compressed;
    private readonly List<FileStream> _streams = [];
    private readonly List<SafetensorsWriter> _sidecars = [];
    private readonly Dictionary<ITensorFile, SafetensorsWriter> _writers = [];

    /// <param name="source">The checkpoint to start from.</param>
    /// <param name="output">The new folder; must not exist yet.</param>
    /// <param name="saveAs">The floating-point type to store all floating-point tensors in; null keeps each tensor's own.</param>
    /// <param name="compressed">The weights to store compressed, all of which must be replaced; null for none.</param>
    /// <exception cref="InputException">The folder exists, cannot be written, or its disk has no room for the checkpoint.</exception>
    public CheckpointWriter(CheckpointFolder source, string output, ElementType? saveAs = null, Sparse24Bitmask? compressed = null)
    {
        (_source, _saveAs, _compressed) = (source, saveAs, compressed);
        _companions = CompanionFiles.Of(source.Path, source.Files.Select(file => file.Path));
        _folder = new DurableFolder(output);
        try
        {
            Durable.Guard(output, LayOut);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes a tensor in place of the source's, from any device, converted to the type it is stored in.</summary>
    /// <exception cref="InputException">The source has no such tensor, or the disk is full.</exception>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public void Replace(string name, Tensor tensor) => Durable.Guard(_folder.Final, () =>
    {
        var writer = _writers[_source.FileOf(name)];
        if (_compressed?.Has(name) == true)
        {
            _compressed.Write(writer, name, tensor);
        }
        else
        {
            writer.Write(name, tensor);
        }
    });

    /// <summary>
    /// A further file of tensors, in the subfolder <c>harness/</c>: programs that read every safetensors file of a checkpoint's folder would take it for weights.
    /// It is to be written in full before <see cref="Complete"/>.
    /// </summary>
    public SafetensorsWriter AddSidecar(string name, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        SafetensorsWriter? writer = null;
        Durable.Guard(_folder.Final, () =>
        {
            var path = Path.Combine(_folder.Partial, SidecarFolder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var (header, _) = SafetensorsHeader.Build(tensors, metadata);
            var stream = Durable.Reserve(path, header.FileBytes);
            _streams.Add(stream);
            _sidecars.Add(writer = new SafetensorsWriter(stream, tensors, metadata));
        });
        return writer!;
    }

    /// <summary>Copies what was not replaced and lets the folder appear.</summary>
    public void Commit()
    {
        Complete();
        _folder.Commit();
    }

    /// <summary>Copies what was not replaced; the folder then lacks nothing but <see cref="Commit"/>.</summary>
    public void Complete()
    {
        if (_writers.Count == 0)
        {
            return;
        }

        Durable.Guard(_folder.Final, () =>
        {
            foreach (var (file, writer) in _writers)
            {
                CopyMissing(file, writer);
                writer.Complete();
            }

            foreach (var sidecar in _sidecars)
            {
                sidecar.Complete();
            }

            CloseStreams();
            WriteConfig();
            if (_source.IsSharded)
            {
                WriteIndex();
            }

            foreach (var companion in _companions)
            {
                Copy(companion);
            }
        });
        _writers.Clear();
    }

    /// <summary>Puts a text file beside a completed checkpoint, in place of the source's of that name.</summary>
    public void AddText(string name, string text) => Durable.Guard(_folder.Final, () => File.WriteAllText(Path.Combine(_folder.Partial, name), text));

    /// <summary>Without <see cref="Commit"/>, nothing is left.</summary>
    public void Dispose()
    {
        CloseStreams();
        _folder.Dispose();
    }

    private void LayOut()
    {
        foreach (var file in _source.Files)
        {
            var tensors = file.Tensors.Select(tensor => tensor with { Type = StoredAs(tensor.Type) })
                .SelectMany(tensor => _compressed?.Declare(tensor) ?? [tensor]).ToArray();
            var metadata = _source.Format == WeightsFormat.Safetensors ? file.Metadata : MadeByTorch;
            var (header, _) = SafetensorsHeader.Build(tensors, metadata);
            var stream = Durable.Reserve(Path.Combine(_folder.Partial, _source.Format.AsSafetensors(Path.GetFileName(file.Path))), header.FileBytes);
            _streams.Add(stream);
            _writers.Add(file, new SafetensorsWriter(stream, tensors, metadata));
        }
    }

    private ElementType StoredAs(ElementType type) => type.IsFloatingPoint() ? _saveAs ?? type : type;

    private static void CopyMissing(ITensorFile file, SafetensorsWriter writer)
    {
        foreach (var entry in writer.Missing.ToArray())
        {
            if (file.Find(entry.Name).Type == entry.Type)
            {
                writer.Write(entry.Name, file);
            }
            else
            {
                using var tensor = file.Load(entry.Name);
                writer.Write(entry.Name, tensor);
            }
        }

        file.Release();
    }

    private void WriteConfig()
    {
        if (_saveAs is { } type)
        {
            Rewrite("config.json", "config.json", json => StoredTypeRewriter.Config(json, type));
        }
        else
        {
            Copy("config.json");
        }

        if (_compressed is not null)
        {
            Edit("config.json", json => _compressed.Config(json));
        }
    }

    private void WriteIndex()
    {
        var index = WeightsFormat.Safetensors.IndexFile;
        if (_saveAs is null && _compressed is null && _source.Format == WeightsFormat.Safetensors)
        {
            Copy(index);
        }
        else
        {
            Rewrite(_source.Format.IndexFile, index, json => StoredTypeRewriter.Index(json, TotalBytes(), _source.Format.AsSafetensors));
        }

        if (_compressed is not null)
        {
            Edit(index, _compressed.Index);
        }
    }

    private void Rewrite(string from, string to, Func<string, string> rewrite) =>
        File.WriteAllText(Path.Combine(_folder.Partial, to), rewrite(File.ReadAllText(Path.Combine(_source.Path, from))));

    private void Edit(string name, Func<string, string> edit)
    {
        var path = Path.Combine(_folder.Partial, name);
        File.WriteAllText(path, edit(File.ReadAllText(path)));
    }

    private void Copy(string name)
    {
        var target = Path.Combine(_folder.Partial, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(_source.Path, name), target);
        if (!OperatingSystem.IsWindows())
        {
            // A copy keeps its source's mode, and the user owns this folder.
            File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private long TotalBytes() => _writers.Values.SelectMany(writer => writer.Header.Entries).Sum(entry => entry.Bytes);

    private void CloseStreams()
    {
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }

        _streams.Clear();
    }
}
