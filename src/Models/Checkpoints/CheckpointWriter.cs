namespace Harness.Models.Checkpoints;

/// <summary>
/// Writes a checkpoint that is another one with some tensors replaced: same names, shards, order, element types (unless one is asked for) and
/// metadata, the other tensors' bytes unchanged, and the folder's other files beside them (<see cref="CompanionFiles"/> says which).
/// The files are laid out at once, so that tensors can come in any order and none stays in memory; the folder appears on <see cref="Commit"/>.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    private readonly CheckpointFolder source;
    private readonly ElementType? saveAs;
    private readonly IReadOnlyList<string> companions;
    private readonly DurableFolder folder;
    private readonly List<FileStream> streams = [];
    private readonly Dictionary<SafetensorsFile, SafetensorsWriter> writers = [];

    /// <param name="source">The checkpoint to start from.</param>
    /// <param name="output">The new folder; must not exist yet.</param>
    /// <param name="saveAs">The floating-point type to store all floating-point tensors in; null keeps each tensor's own.</param>
    /// <exception cref="InputException">The folder exists, cannot be written, or its disk has no room for the checkpoint.</exception>
    public CheckpointWriter(CheckpointFolder source, string output, ElementType? saveAs = null)
    {
        (this.source, this.saveAs) = (source, saveAs);
        companions = CompanionFiles.Of(source.Path);
        folder = new DurableFolder(output);
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
    public void Replace(string name, Tensor tensor) => Durable.Guard(folder.Final, () => writers[source.FileOf(name)].Write(name, tensor));

    /// <summary>Copies what was not replaced and lets the folder appear.</summary>
    public void Commit()
    {
        Complete();
        folder.Commit();
    }

    /// <summary>Copies what was not replaced; the folder then lacks nothing but <see cref="Commit"/>.</summary>
    public void Complete()
    {
        if (writers.Count == 0)
        {
            return;
        }

        Durable.Guard(folder.Final, () =>
        {
            foreach (var (file, writer) in writers)
            {
                CopyMissing(file, writer);
                writer.Complete();
            }

            CloseStreams();
            WriteJson("config.json", StoredTypeRewriter.Config);
            if (source.IsSharded)
            {
                WriteJson(ShardIndex.FileName, (json, _) => StoredTypeRewriter.Index(json, TotalBytes()));
            }

            foreach (var companion in companions)
            {
                Copy(companion);
            }
        });
        writers.Clear();
    }

    /// <summary>Puts a text file beside a completed checkpoint, in place of the source's of that name.</summary>
    public void AddText(string name, string text) => Durable.Guard(folder.Final, () => File.WriteAllText(Path.Combine(folder.Partial, name), text));

    /// <summary>Without <see cref="Commit"/>, nothing is left.</summary>
    public void Dispose()
    {
        CloseStreams();
        folder.Dispose();
    }

    private void LayOut()
    {
        foreach (var file in source.Files)
        {
            var tensors = file.Header.Entries.Select(entry => entry.Tensor with { Type = StoredAs(entry.Type) }).ToArray();
            var (header, _) = SafetensorsHeader.Build(tensors, file.Header.Metadata);
            var stream = Durable.Reserve(Path.Combine(folder.Partial, Path.GetFileName(file.Path)), header.FileBytes);
            streams.Add(stream);
            writers.Add(file, new SafetensorsWriter(stream, tensors, file.Header.Metadata));
        }
    }

    private ElementType StoredAs(ElementType type) => type.IsFloatingPoint() ? saveAs ?? type : type;

    private static void CopyMissing(SafetensorsFile file, SafetensorsWriter writer)
    {
        foreach (var entry in writer.Missing.ToArray())
        {
            if (file.Entry(entry.Name).Type == entry.Type)
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

    private void WriteJson(string name, Func<string, ElementType, string> retype)
    {
        if (saveAs is { } type)
        {
            File.WriteAllText(Path.Combine(folder.Partial, name), retype(File.ReadAllText(Path.Combine(source.Path, name)), type));
        }
        else
        {
            Copy(name);
        }
    }

    private void Copy(string name)
    {
        var target = Path.Combine(folder.Partial, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(source.Path, name), target);
    }

    private long TotalBytes() => writers.Values.SelectMany(writer => writer.Header.Entries).Sum(entry => entry.Bytes);

    private void CloseStreams()
    {
        foreach (var stream in streams)
        {
            stream.Dispose();
        }

        streams.Clear();
    }
}
