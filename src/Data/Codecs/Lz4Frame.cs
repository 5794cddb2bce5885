using System.Buffers.Binary;

namespace Harness.Data.Codecs;

/// <summary>LZ4's frame format (lz4/lz4, doc/lz4_Frame_format.md); checksums are passed over.</summary>
internal static class Lz4Frame
{
    private const uint Magic = 0x184D2204;
    private const uint Stored = 0x8000_0000;

    /// <summary>Exactly <paramref name="size"/> bytes.</summary>
    public static byte[] Decompress(ReadOnlySpan<byte> source, int size)
    {
        if (size > 1 << 20 && size / 255 > source.Length)
        {
            throw new CorruptDataException($"a buffer claims {size} bytes from {source.Length} compressed ones");
        }

        var output = new byte[size];
        var to = 0;
        while (!source.IsEmpty)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            {
                throw Codec.Damaged("LZ4");
            }

            var flags = source[4];
            // magic, flags, block size, [content size], [dictionary id], header checksum
            source = source[(7 + ((flags & 8) != 0 ? 8 : 0) + ((flags & 1) != 0 ? 4 : 0))..];
            to = Blocks(ref source, output, to, hasChecksums: (flags & 16) != 0);
            source = source[((flags & 4) != 0 ? 4 : 0)..];
        }

        return to == size ? output : throw new CorruptDataException($"a buffer of {size} bytes decompresses to {to}");
    }

    private static int Blocks(ref ReadOnlySpan<byte> source, Span<byte> output, int to, bool hasChecksums)
    {
        while (true)
        {
            var header = BinaryPrimitives.ReadUInt32LittleEndian(source);
            source = source[4..];
            if (header == 0)
            {
                return to;
            }

            var block = source[..(int)(header & ~Stored)];
            source = source[(block.Length + (hasChecksums ? 4 : 0))..];
            if ((header & Stored) != 0)
            {
                block.CopyTo(output[to..]);
                to += block.Length;
            }
            else
            {
                to = Lz4.Decompress(block, output, to);
            }
        }
    }
}
