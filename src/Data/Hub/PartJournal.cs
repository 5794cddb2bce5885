using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Hub;

/// <summary>How much of each part of a file is there, kept beside the unfinished file: written after the bytes, so what it says is there.</summary>
internal sealed class PartJournal : IDisposable
{
    private const int HeaderBytes = 16;
    private readonly SafeFileHandle _file;
    private readonly long[] _done;
    private long _total;

    /// <param name="isFresh">Nothing that an earlier run has left counts.</param>
    public PartJournal(string path, long bytes, long partBytes, bool isFresh)
    {
        (Bytes, PartBytes) = (bytes, partBytes);
        _done = new long[Math.Max(1, (bytes + partBytes - 1) / partBytes)];
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        var stored = new byte[HeaderBytes + (8 * _done.Length)];
        if (isFresh || RandomAccess.GetLength(_file) != stored.Length || RandomAccess.Read(_file, stored, 0) != stored.Length
            || BinaryPrimitives.ReadInt64LittleEndian(stored) != bytes || BinaryPrimitives.ReadInt64LittleEndian(stored.AsSpan(8)) != partBytes)
        {
            Reset();
            return;
        }

        for (var part = 0; part < _done.Length; part++)
        {
            _done[part] = Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(stored.AsSpan(HeaderBytes + (8 * part))), 0, Length(part));
            _total += _done[part];
        }
    }

    /// <summary>What a journal says is there, without touching it; 0 where there is none.</summary>
    public static long TotalOf(string path)
    {
        var stored = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var total = 0L;
        for (var at = HeaderBytes; at + 8 <= stored.Length; at += 8)
        {
            total += BinaryPrimitives.ReadInt64LittleEndian(stored.AsSpan(at));
        }

        return total;
    }

    public long Bytes { get; }

    public long PartBytes { get; }

    public int Parts => _done.Length;

    /// <summary>Bytes that are there, of all parts.</summary>
    public long Total => Interlocked.Read(ref _total);

    public long Start(int part) => part * PartBytes;

    public long Length(int part) => Math.Min(PartBytes, Bytes - Start(part));

    public long Done(int part) => _done[part];

    public bool IsComplete(int part) => _done[part] == Length(part);

    /// <summary>So many more bytes stand behind those of a part.</summary>
    public void Add(int part, long bytes)
    {
        _done[part] += bytes;
        Interlocked.Add(ref _total, bytes);
        Span<byte> entry = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(entry, _done[part]);
        RandomAccess.Write(_file, entry, HeaderBytes + (8 * part));
    }

    /// <summary>Nothing is there.</summary>
    public void Reset()
    {
        Array.Clear(_done);
        _total = 0;
        var stored = new byte[HeaderBytes + (8 * _done.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(stored, Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(stored.AsSpan(8), PartBytes);
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, stored, 0);
    }

    public void Dispose() => _file.Dispose();
}
