namespace Harness.Data.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT: the first bytes of all values, then all second bytes, and so on.</summary>
internal static class ByteStreamSplit
{
    /// <summary>Puts the bytes of values of <paramref name="width"/> bytes together again.</summary>
    public static void Decode(ReadOnlySpan<byte> data, int width, Span<byte> output)
    {
        var count = output.Length / width;
        for (var b = 0; b < width; b++)
        {
            var stream = data.Slice(b * count, count);
            for (var (i, at) = (0, b); i < stream.Length; i++, at += width)
            {
                output[at] = stream[i];
            }
        }
    }
}
