using System.Buffers.Binary;
using System.IO.Compression;

namespace Harness.Data.Codecs;

/// <summary>Undoes the compression of a page.</summary>
internal static class Codec
{
    /// <summary>Uncompressed bytes, exactly <paramref name="size"/> of them.</summary>
    public static byte[] Decompress(Compression compression, ArraySegment<byte> source, int size)
    {
        if (size == 0 && source.Count == 0)
        {
            return [];
        }

        // more than the codec can pack into so few bytes is a damaged size, not worth its memory
        if (size > 1 << 20 && size / Densest(compression) > source.Count)
        {
            throw new CorruptDataException($"a page claims {size} bytes from {source.Count} compressed ones");
        }

        if (compression == Compression.Brotli)
        {
            return Brotli.Decompress(source, size);
        }

        var output = GC.AllocateUninitializedArray<byte>(size);
        var written = compression switch
        {
            Compression.Uncompressed => Copy(source, output),
            Compression.Snappy => Snappy.Decompress(source, output),
            Compression.Gzip => Gunzip(source, output),
            Compression.Zstd => Zstd.Decompress(source, output),
            Compression.Lz4Raw => Lz4.Decompress(source, output),
            Compression.Lz4 => Lz4Frames(source, output),
            _ => throw new NotSupportedException($"{FormatName.Of(compression)} compression"),
        };
        return written == size ? output : throw new CorruptDataException($"a page of {size} bytes decompresses to {written}");
    }

    /// <summary>A block that its own codec cannot read.</summary>
    public static CorruptDataException Damaged(string codec) => new($"a {codec} block is damaged");

    /// <summary>Most bytes that one compressed byte can stand for.</summary>
    private static int Densest(Compression compression) => compression switch
    {
        Compression.Snappy => 22,
        Compression.Lz4 or Compression.Lz4Raw => 255,
        Compression.Gzip => 1032,
        Compression.Zstd => 44_000,
        Compression.Brotli => int.MaxValue,
        _ => 1,
    };

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> output)
    {
        if (source.Length != output.Length)
        {
            throw new CorruptDataException($"an uncompressed page of {output.Length} bytes occupies {source.Length}");
        }

        source.CopyTo(output);
        return source.Length;
    }

    private static int Gunzip(ArraySegment<byte> source, byte[] output)
    {
        try
        {
            using var stream = new GZipStream(new MemoryStream(source.Array!, source.Offset, source.Count), CompressionMode.Decompress);
            return stream.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            throw Damaged("gzip");
        }
    }

    /// <summary>
    /// The old LZ4 of the format: Hadoop's frames (big-endian: how much they hold uncompressed, then blocks behind their compressed sizes), but some
    /// writers left them out.
    /// </summary>
    private static int Lz4Frames(ReadOnlySpan<byte> source, Span<byte> output)
    {
        var (from, to) = (0, 0);
        while (source.Length - from >= 8)
        {
            var uncompressed = BinaryPrimitives.ReadInt32BigEndian(source[from..]);
            if (uncompressed < 0 || uncompressed > output.Length - to || !Frame(source[(from + 4)..], output.Slice(to, uncompressed), out var taken))
            {
                break;
            }

            to += uncompressed;
            from += 4 + taken;
        }

        return from == source.Length ? to : Lz4.Decompress(source, output);
    }

    /// <summary>The blocks of one frame; false where their sizes cannot be sizes.</summary>
    private static bool Frame(ReadOnlySpan<byte> source, Span<byte> output, out int from)
    {
        from = 0;
        do
        {
            var compressed = source.Length - from < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(source[from..]);
            if (compressed < 0 || compressed > source.Length - from - 4)
            {
                return false;
            }

            output = output[Lz4.Decompress(source.Slice(from + 4, compressed), output)..];
            from += 4 + compressed;
        }
        while (!output.IsEmpty);
        return true;
    }
}
