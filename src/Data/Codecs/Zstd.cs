using System.Runtime.InteropServices;

namespace Harness.Data.Codecs;

/// <summary>Zstandard through the system's libzstd.</summary>
internal static partial class Zstd
{
    /// <summary>Returns the bytes written.</summary>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> output)
    {
        try
        {
            var written = ZSTD_decompress(output, (nuint)output.Length, source, (nuint)source.Length);
            return ZSTD_isError(written) == 0 ? (int)written : throw Codec.Damaged("zstd");
        }
        catch (DllNotFoundException e)
        {
            throw new InputException("libzstd.so.1, which zstd-compressed Parquet needs, was not found. Install it: apt-get install libzstd1.", e);
        }
    }

    [LibraryImport("libzstd.so.1")]
    private static partial nuint ZSTD_decompress(Span<byte> output, nuint capacity, ReadOnlySpan<byte> source, nuint size);

    [LibraryImport("libzstd.so.1")]
    private static partial uint ZSTD_isError(nuint code);
}
