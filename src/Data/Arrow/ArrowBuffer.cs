using System.Buffers.Binary;
using Harness.Data.Codecs;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Arrow;

/// <summary>A buffer of a batch, read and decompressed when first asked for: columns that nobody reads cost nothing.</summary>
/// <param name="codec">-1: none, 0: LZ4 frames, 1: zstd.</param>
internal sealed class ArrowBuffer(SafeFileHandle file, long offset, long length, int codec)
{
    private byte[]? _bytes;

    // an empty buffer may still be compressed to its length, 0
    public bool IsEmpty => length == 0 || Bytes.Length == 0;

    public byte[] Bytes => _bytes ??= Load();

    public ReadOnlySpan<byte> Span => Bytes;

    private byte[] Load()
    {
        if (length > Array.MaxLength)
        {
            throw new NotSupportedException($"a buffer of {length} bytes");
        }

        var raw = GC.AllocateUninitializedArray<byte>((int)length);
        for (var filled = 0; filled < raw.Length;)
        {
            var read = RandomAccess.Read(file, raw.AsSpan(filled), offset + filled);
            filled += read > 0 ? read : throw new CorruptDataException("it ends within a batch");
        }

        if (codec < 0 || raw.Length == 0)
        {
            return raw;
        }

        // the uncompressed length stands in front; -1 where compressing did not pay
        var size = BinaryPrimitives.ReadInt64LittleEndian(raw);
        var packed = new ArraySegment<byte>(raw, 8, raw.Length - 8);
        return size == -1 ? packed.ToArray()
            : size is < 0 || size > Array.MaxLength ? throw new CorruptDataException($"a compressed buffer of {size} bytes")
            : codec == 0 ? Lz4Frame.Decompress(packed, (int)size) : Codec.Decompress(Compression.Zstd, packed, (int)size);
    }
}
