using System.Buffers.Binary;

namespace Harness.Data.Codecs;

/// <summary>Snappy's raw block format (google/snappy, format_description.txt).</summary>
internal static class Snappy
{
    /// <summary>Returns the bytes written.</summary>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> output)
    {
        var from = 0;
        var length = 0L;
        for (var shift = 0; ; shift += 7)
        {
            if (from == source.Length || shift > 28)
            {
                throw Codec.Damaged("snappy");
            }

            length |= (long)(source[from] & 0x7f) << shift;
            if (source[from++] < 0x80)
            {
                break;
            }
        }

        if (length != output.Length)
        {
            throw new CorruptDataException($"a snappy block holds {length} bytes where its page header says {output.Length}");
        }

        var to = 0;
        while (from < source.Length)
        {
            var tag = source[from++];
            if ((tag & 3) == 0)
            {
                Literal(source, output, tag >> 2, ref from, ref to);
            }
            else
            {
                Copy(source, output, tag, ref from, ref to);
            }
        }

        return to;
    }

    private static void Literal(ReadOnlySpan<byte> source, Span<byte> output, int code, ref int from, ref int to)
    {
        long length = code + 1;
        if (code >= 60)
        {
            // the length stands in the next one to four bytes, little-endian
            var width = code - 59;
            if (width > source.Length - from)
            {
                throw Codec.Damaged("snappy");
            }

            length = 1;
            for (var i = 0; i < width; i++)
            {
                length += (long)source[from++] << (8 * i);
            }
        }

        if (length > source.Length - from || length > output.Length - to)
        {
            throw Codec.Damaged("snappy");
        }

        source.Slice(from, (int)length).CopyTo(output[to..]);
        from += (int)length;
        to += (int)length;
    }

    private static void Copy(ReadOnlySpan<byte> source, Span<byte> output, int tag, ref int from, ref int to)
    {
        var width = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (width > source.Length - from)
        {
            throw Codec.Damaged("snappy");
        }

        var (distance, length) = width switch
        {
            1 => (((tag >> 5) << 8) | source[from], ((tag >> 2) & 7) + 4),
            2 => (BinaryPrimitives.ReadUInt16LittleEndian(source[from..]), (tag >> 2) + 1),
            _ => (BinaryPrimitives.ReadInt32LittleEndian(source[from..]), (tag >> 2) + 1),
        };
        if (!BackReference.Copy(output, to, distance, length))
        {
            throw Codec.Damaged("snappy");
        }

        from += width;
        to += length;
    }
}
