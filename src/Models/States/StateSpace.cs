namespace Harness.Models;

/// <summary>Where hidden states find room: in memory as long as it lasts, then on disk.</summary>
/// <param name="bytes">What may be held in memory at once.</param>
/// <param name="folder">Where the files of the others go; null: all are held in memory.</param>
public sealed class StateSpace(long bytes, string? folder)
{
    private long _held;
    private long _onDisk;

    /// <summary>All in memory.</summary>
    public static StateSpace Memory { get; } = new(long.MaxValue, null);

    /// <summary>Bytes held in memory at the moment.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Bytes that have found no room in memory so far, whether they are still needed or not.</summary>
    public long PutOnDisk => Interlocked.Read(ref _onDisk);

    /// <summary>Room for [tokens, width].</summary>
    internal StateBuffer Take(long tokens, long width, ScalarType type)
    {
        var size = tokens * width * type.ElementSize();
        if (folder is not null && Interlocked.Read(ref _held) + size > bytes)
        {
            Interlocked.Add(ref _onDisk, size);
            return new FileBuffer(folder, tokens, width, type);
        }

        Interlocked.Add(ref _held, size);
        return new MemoryBuffer(tokens, width, type, () => Interlocked.Add(ref _held, -size));
    }
}
