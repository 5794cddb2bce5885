using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>A file inside a zip file: where its bytes lie is in its local header, at <paramref name="Header"/>.</summary>
internal sealed record ZipEntry(string Name, bool IsDeflated, long StoredBytes, long Bytes, long Header);

/// <summary>
/// The directory of a zip file (APPNOTE.TXT 6.3), 64-bit sizes included. .NET's own reader does not say where an entry's bytes lie, and they are mapped here.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EntrySignature = 0x02014b50, EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50, LocalSignature = 0x04034b50;
    private const int EntryBytes = 46, EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20, LocalBytes = 30, LongestComment = 65535;
    private const ushort Extra64 = 1;

    private readonly string _path;
    private readonly Stream _stream;

    /// <param name="path">For messages.</param>
    /// <param name="stream">The whole file.</param>
    /// <exception cref="InputException">No sound zip file.</exception>
    public ZipDirectory(string path, Stream stream)
    {
        (_path, _stream) = (path, stream);
        var (offset, bytes) = FindDirectory();
        Entries = ReadEntries(Read(offset, bytes));
    }

    /// <summary>In the order of the directory.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>Where the entry's bytes begin, counted from the file's first.</summary>
    public long DataOf(ZipEntry entry)
    {
        var local = Read(entry.Header, LocalBytes);
        if (UInt32(local, 0) != LocalSignature)
        {
            throw Damaged($"entry '{entry.Name}' is not where its directory says");
        }

        var begin = entry.Header + LocalBytes + UInt16(local, 26) + UInt16(local, 28);
        return begin + entry.StoredBytes <= _stream.Length ? begin : throw Damaged($"entry '{entry.Name}' ends behind the file's end");
    }

    private (long Offset, long Bytes) FindDirectory()
    {
        var tailAt = Math.Max(0, _stream.Length - EndBytes - LongestComment);
        var tail = Read(tailAt, _stream.Length - tailAt);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) == EndSignature)
            {
                return at >= Locator64Bytes && UInt32(tail, at - Locator64Bytes) == Locator64Signature
                    ? FindDirectory64(Int64(tail, at - Locator64Bytes + 8))
                    : (UInt32(tail, at + 16), UInt32(tail, at + 12));
            }
        }

        throw Damaged("it has no directory at its end, as after a download that broke off");
    }

    private (long Offset, long Bytes) FindDirectory64(long at)
    {
        var end = Read(at, End64Bytes);
        return UInt32(end, 0) == End64Signature ? (Int64(end, 48), Int64(end, 40)) : throw Damaged("its 64-bit directory is not where it should be");
    }

    private List<ZipEntry> ReadEntries(byte[] directory)
    {
        var entries = new List<ZipEntry>();
        for (var at = 0; at < directory.Length;)
        {
            if (at + EntryBytes > directory.Length || UInt32(directory, at) != EntrySignature)
            {
                throw Damaged($"entry {entries.Count} of its directory is none");
            }

            var (nameBytes, extraBytes) = (UInt16(directory, at + 28), UInt16(directory, at + 30));
            var next = at + EntryBytes + nameBytes + extraBytes + UInt16(directory, at + 32);
            if (next > directory.Length)
            {
                throw Damaged($"entry {entries.Count} of its directory is longer than that");
            }

            entries.Add(ReadEntry(directory.AsSpan(at, EntryBytes), directory.AsSpan(at + EntryBytes, nameBytes), directory.AsSpan(at + EntryBytes + nameBytes, extraBytes)));
            at = next;
        }

        return entries;
    }

    private ZipEntry ReadEntry(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra)
    {
        var name = Encoding.UTF8.GetString(nameBytes);
        var method = UInt16(fixedPart, 10);
        if (method is not (0 or 8) || (UInt16(fixedPart, 8) & 1) != 0)
        {
            throw new InputException($"{_path}: entry '{name}' is encrypted or compressed by method {method}; stored or deflated ones were expected, as torch.save writes them.");
        }

        // in this order, and only those that do not fit in 32 bits
        long bytes = UInt32(fixedPart, 24), stored = UInt32(fixedPart, 20), header = UInt32(fixedPart, 42);
        var wide = Wide(extra);
        bytes = bytes == uint.MaxValue ? TakeInt64(ref wide, name) : bytes;
        stored = stored == uint.MaxValue ? TakeInt64(ref wide, name) : stored;
        header = header == uint.MaxValue ? TakeInt64(ref wide, name) : header;
        return bytes >= 0 && stored >= 0 && stored <= _stream.Length && (method == 8 || bytes == stored)
            ? new ZipEntry(name, method == 8, stored, bytes, header)
            : throw Damaged($"entry '{name}' has {bytes} bytes, stored in {stored}");
    }

    private static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var bytes = Math.Min(UInt16(extra, 2), extra.Length - 4);
            if (UInt16(extra, 0) == Extra64)
            {
                return extra.Slice(4, bytes);
            }

            extra = extra[(4 + bytes)..];
        }

        return [];
    }

    private long TakeInt64(ref ReadOnlySpan<byte> wide, string name)
    {
        if (wide.Length < 8)
        {
            throw Damaged($"entry '{name}' lacks its 64-bit sizes");
        }

        var value = Int64(wide, 0);
        wide = wide[8..];
        return value;
    }

    private byte[] Read(long offset, long bytes)
    {
        if (offset < 0 || bytes < 0 || bytes > _stream.Length - offset || bytes > Array.MaxLength)
        {
            throw Damaged($"bytes {offset} to {offset + bytes} of {_stream.Length} are asked for");
        }

        var buffer = new byte[bytes];
        _stream.Position = offset;
        _stream.ReadExactly(buffer);
        return buffer;
    }

    private InputException Damaged(string what) => new($"{_path} is a damaged zip file: {what}. Copy or download it again.");

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
