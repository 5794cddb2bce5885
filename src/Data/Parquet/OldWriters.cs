using System.Text.RegularExpressions;

namespace Harness.Data.Parquet;

/// <summary>What is known to be wrong in files of old writers.</summary>
internal static partial class OldWriters
{
    private const int LongestDictionaryHeader = 100;
    private static readonly Version Mended = new(1, 2, 9);

    /// <summary>parquet-mr before 1.2.9 left the header of the dictionary out of a chunk's length (PARQUET-816, IMPALA-694).</summary>
    public static ColumnChunk Mend(ColumnChunk chunk, string writer, long fileBytes)
    {
        var mr = ParquetMr().Match(writer);
        if (!mr.Success || (Version.TryParse(mr.Groups["version"].Value, out var version) && version >= Mended))
        {
            return chunk;
        }

        var start = chunk.DictionaryOffset is > 0 and var dictionary ? Math.Min(dictionary, chunk.DataOffset) : chunk.DataOffset;
        var behind = fileBytes - start - chunk.CompressedBytes;
        return chunk with { CompressedBytes = chunk.CompressedBytes + Math.Clamp(behind, 0, LongestDictionaryHeader) };
    }

    [GeneratedRegex("^parquet-mr( version (?<version>[0-9]+[.][0-9]+[.][0-9]+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex ParquetMr();
}
