using System.Buffers.Binary;
using System.IO.Compression;

namespace Harness.Data.Parquet.Codecs;

/// <summary>Undoes the compression of a page.</summary>
internal static class Codec
{
    /// <summary>Uncompressed bytes, exactly <paramref name="size"/> of them.</summary>
    public static byte[] Decompress(Compression compression, ArraySegment<byte> source, int size)
    {
        // No codec here packs more tightly than brotli and zstd do on constant pages; anything beyond is a damaged size, not worth its memory.
        if (size > 1 << 20 && size / 1_000_000 > source.Count)
        {
            throw new CorruptDataException($"a page claims {size} bytes from {source.Count} compressed ones");
        }

        var output = GC.AllocateUninitializedArray<byte>(size);
        var written = compression switch
        {
            Compression.Uncompressed => Copy(source, output),
            Compression.Snappy => Snappy.Decompress(source, output),
            Compression.Gzip => Gunzip(source, output),
            Compression.Brotli => BrotliDecoder.TryDecompress(source, output, out var length) ? length : throw Damaged("brotli"),
            Compression.Zstd => Zstd.Decompress(source, output),
            Compression.Lz4Raw => Lz4.Decompress(source, output),
            Compression.Lz4 => Lz4Frames(source, output),
            _ => throw new NotSupportedException($"{FormatName.Of(compression)} compression"),
        };
        return written == size ? output : throw new CorruptDataException($"a page of {size} bytes decompresses to {written}");
    }

    /// <summary>A block that its own codec cannot read.</summary>
    public static CorruptDataException Damaged(string codec) => new($"a {codec} block is damaged");

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
    /// The old LZ4 of the format: Hadoop's frames (big-endian sizes, uncompressed then compressed, before each block), but some writers left them out.
    /// </summary>
    private static int Lz4Frames(ReadOnlySpan<byte> source, Span<byte> output)
    {
        var (from, to) = (0, 0);
        while (source.Length - from >= 8)
        {
            var uncompressed = BinaryPrimitives.ReadInt32BigEndian(source[from..]);
            var compressed = BinaryPrimitives.ReadInt32BigEndian(source[(from + 4)..]);
            if (uncompressed < 0 || uncompressed > output.Length - to || compressed < 0 || compressed > source.Length - from - 8)
            {
                break;
            }

            to += Lz4.Decompress(source.Slice(from + 8, compressed), output.Slice(to, uncompressed));
            from += 8 + compressed;
        }

        return from == source.Length ? to : Lz4.Decompress(source, output);
    }
}
