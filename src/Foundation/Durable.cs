using System.Collections.Concurrent;

namespace Harness;

/// <summary>Writes files and folders beside their final place and renames them there, so that a reader never sees half of one.</summary>
public static class Durable
{
    private const int NoSpaceLeftOnDevice = 28;

    // the HResult of every IOException that .NET does not make from an error number; creating a file throws it only when the reservation fails
    private const int Unnumbered = unchecked((int)0x80131620);

    private static readonly ConcurrentDictionary<string, bool> Unfinished = [];

    /// <summary>Removes whatever is half-written at this moment, for a process that is about to end in the middle of its work.</summary>
    public static void RemoveUnfinished()
    {
        foreach (var path in Unfinished.Keys)
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Removes a folder, if it is there. It is renamed first: deleting takes a while, and half of one must not be found. What a killed process left of that goes as well.</summary>
    public static void DeleteFolder(string path)
    {
        var gone = path + ".gone";
        foreach (var left in new[] { gone, path }.Where(Directory.Exists))
        {
            if (left == path)
            {
                Directory.Move(path, gone);
            }

            Directory.Delete(gone, recursive: true);
        }
    }

    internal static void Begin(string partial) => Unfinished[partial] = true;

    internal static void End(string partial) => Unfinished.TryRemove(partial, out _);

    /// <summary>Writes <paramref name="path"/> through a neighbour that replaces it once complete; a device (/dev/stdout) is written to, never replaced.</summary>
    public static void WriteFile(string path, Action<Stream> write)
    {
        if (IsDevice(path))
        {
            Guard(path, () => WriteToDevice(path, write));
            return;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var partial = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.partial");
        Guard(path, () =>
        {
            Directory.CreateDirectory(folder);
            Begin(partial);
            try
            {
                using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                {
                    write(stream);
                }

                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
                End(partial);
            }
        });
    }

    /// <summary>/dev/shm holds files like any other.</summary>
    private static bool IsDevice(string path)
    {
        var full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);
    }

    private static void WriteToDevice(string path, Action<Stream> write)
    {
        using var whole = new MemoryStream(); // a pipe cannot seek, and writers may
        write(whole);
        using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        device.Write(whole.GetBuffer().AsSpan(0, (int)whole.Length));
    }

    /// <inheritdoc cref="WriteFile(string, Action{Stream})"/>
    public static void WriteText(string path, string text) => WriteFile(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>
    /// Creates a file and reserves its final length, so that a full disk shows before the work that fills the file. Call it inside <see cref="Guard"/>.
    /// </summary>
    /// <exception cref="IOException">The disk has no room for it; nothing was created.</exception>
    public static FileStream Reserve(string path, long bytes)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                PreallocationSize = bytes,
                BufferSize = 1 << 16,
            });
        }
        catch (IOException e) when (e.HResult == Unnumbered)
        {
            throw new IOException(e.Message, NoSpaceLeftOnDevice);
        }
    }

    /// <summary>Runs <paramref name="write"/> and turns a full disk or a refused path into a sentence that names the path.</summary>
    public static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) == NoSpaceLeftOnDevice)
        {
            throw new FullDiskException($"The disk that holds {path} is full; nothing was left half-written. Free some space or choose another folder.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{path} cannot be written: {e.Message.TrimEnd('.')}. Choose another path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} cannot be written: permission denied. Choose another folder or change its permissions.", e);
        }
    }
}

/// <summary>
/// A folder in the making: everything goes into <see cref="Partial"/>, a neighbour of <see cref="Final"/>; <see cref="Commit"/> renames it,
/// <see cref="Dispose"/> without a commit removes it.
/// </summary>
public sealed class DurableFolder : IDisposable
{
    /// <param name="path">Where the folder will be; must not exist yet.</param>
    public DurableFolder(string path)
    {
        Final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(Final) || File.Exists(Final))
        {
            throw new InputException($"{path} already exists. Choose another output folder or remove it.");
        }

        Partial = $"{Final}.{Environment.ProcessId}.partial";
        Durable.Begin(Partial);
        Durable.Guard(Final, () => Directory.CreateDirectory(Partial));
    }

    /// <summary>Where the folder will be once committed.</summary>
    public string Final { get; }

    /// <summary>Where its files are written meanwhile.</summary>
    public string Partial { get; }

    /// <summary>Moves the folder to its final place.</summary>
    public void Commit() => Durable.Guard(Final, () => Directory.Move(Partial, Final));

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Partial))
        {
            Directory.Delete(Partial, recursive: true);
        }

        Durable.End(Partial);
    }
}
