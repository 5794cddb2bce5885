using System.Buffers.Binary;

namespace Harness.Data.Codecs;

/// <summary>LZ4's block format (lz4/lz4, doc/lz4_Block_format.md).</summary>
internal static class Lz4
{
    /// <summary>Returns where the output ends.</summary>
    /// <param name="to">Where it begins; a block may repeat what stands before.</param>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> output, int to = 0)
    {
        var from = 0;
        while (from < source.Length)
        {
            var token = source[from++];
            var literals = Length(source, token >> 4, ref from);
            if (literals > source.Length - from || literals > output.Length - to)
            {
                throw Codec.Damaged("LZ4");
            }

            source.Slice(from, literals).CopyTo(output[to..]);
            from += literals;
            to += literals;
            if (from == source.Length)
            {
                break;
            }

            if (source.Length - from < 2)
            {
                throw Codec.Damaged("LZ4");
            }

            var distance = BinaryPrimitives.ReadUInt16LittleEndian(source[from..]);
            from += 2;
            var length = Length(source, token & 15, ref from) + 4;
            if (!BackReference.Copy(output, to, distance, length))
            {
                throw Codec.Damaged("LZ4");
            }

            to += length;
        }

        return to;
    }

    private static int Length(ReadOnlySpan<byte> source, int code, ref int from)
    {
        var length = code;
        if (code == 15)
        {
            byte more;
            do
            {
                if (from == source.Length || length > int.MaxValue - 300)
                {
                    throw Codec.Damaged("LZ4");
                }

                more = source[from++];
                length += more;
            }
            while (more == 255);
        }

        return length;
    }
}
