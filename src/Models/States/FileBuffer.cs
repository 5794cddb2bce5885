using Microsoft.Win32.SafeHandles;

namespace Harness.Models;

/// <summary>Hidden states in a file without a name: it goes with the process, however that ends.</summary>
internal sealed class FileBuffer : StateBuffer
{
    private readonly FileStream _file;
    private readonly string _folder;

    /// <exception cref="InputException">The disk has no room for the states.</exception>
    public FileBuffer(string folder, long tokens, long width, ScalarType type)
        : base(tokens, width, type)
    {
        var path = Path.Combine(_folder = folder, $".{Guid.NewGuid():N}.states");
        FileStream? file = null;
        Durable.Guard(folder, () =>
        {
            Directory.CreateDirectory(folder);
            file = Durable.Reserve(path, Tokens * BytesOfToken);
            File.Delete(path);
        });
        _file = file!;
    }

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>A copy.</summary>
    public override Tensor Read(long first, long count) => FromFile(Handle, first, count);

    public override void Write(long first, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var flat = rows.flatten(0, -2).cpu();
        foreach (var (start, count) in Pieces(0, flat.shape[0]))
        {
            Durable.Guard(_folder, () => RandomAccess.Write(Handle, flat.narrow(0, start, count).contiguous().bytes, (first + start) * BytesOfToken));
        }
    }

    public override void Dispose() => _file.Dispose();
}
