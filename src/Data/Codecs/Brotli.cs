using System.Buffers;
using System.IO.Compression;

namespace Harness.Data.Codecs;

/// <summary>Brotli packs a gigabyte of one letter into some hundred bytes, so the output grows with what is really there, not with what is claimed.</summary>
internal static class Brotli
{
    private const int FirstBytes = 1 << 24;

    /// <summary>Exactly <paramref name="size"/> bytes.</summary>
    public static byte[] Decompress(ReadOnlySpan<byte> source, int size)
    {
        var output = new byte[Math.Min(size, FirstBytes)];
        var to = 0;
        using var decoder = default(BrotliDecoder);
        while (true)
        {
            var status = decoder.Decompress(source, output.AsSpan(to), out var consumed, out var written);
            source = source[consumed..];
            to += written;
            if (status == OperationStatus.Done)
            {
                return to == size ? output : throw new CorruptDataException($"a page of {size} bytes decompresses to {to}");
            }

            if (status != OperationStatus.DestinationTooSmall || output.Length == size)
            {
                throw Codec.Damaged("brotli");
            }

            Array.Resize(ref output, (int)Math.Min(size, 4L * output.Length));
        }
    }
}
