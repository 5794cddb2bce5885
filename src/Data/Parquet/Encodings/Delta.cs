namespace Harness.Data.Parquet.Encodings;

/// <summary>DELTA_BINARY_PACKED: the first value, then blocks of bit-packed differences to the smallest difference of the block.</summary>
internal static class Delta
{
    /// <summary>Fills <paramref name="output"/>; <paramref name="data"/> moves behind the encoded values.</summary>
    public static void Decode(ref ReadOnlySpan<byte> data, Span<long> output)
    {
        var blockSize = BitPacking.Varint(ref data);
        var miniBlocks = BitPacking.Varint(ref data);
        var count = BitPacking.Varint(ref data);
        var value = BitPacking.ZigZag(ref data);
        if (count != (ulong)output.Length)
        {
            throw new CorruptDataException($"{count} delta-encoded values where {output.Length} are expected");
        }

        if (miniBlocks == 0 || blockSize % miniBlocks != 0 || blockSize > 1 << 24)
        {
            throw new CorruptDataException($"delta blocks of {blockSize} values in {miniBlocks} parts");
        }

        if (output.IsEmpty)
        {
            return;
        }

        output[0] = value;
        output = output[1..];
        var perMiniBlock = (int)(blockSize / miniBlocks);
        while (!output.IsEmpty)
        {
            var smallest = BitPacking.ZigZag(ref data);
            var widths = data[..(int)miniBlocks];
            data = data[(int)miniBlocks..];
            for (var m = 0; m < widths.Length && !output.IsEmpty; m++)
            {
                value = MiniBlock(data, widths[m], value, smallest, output[..Math.Min(perMiniBlock, output.Length)]);
                output = output[Math.Min(perMiniBlock, output.Length)..];
                data = data[(int)Math.Min((long)perMiniBlock * widths[m] / 8, data.Length)..];
            }
        }
    }

    private static long MiniBlock(ReadOnlySpan<byte> data, int width, long value, long smallest, Span<long> output)
    {
        if (width > 64)
        {
            throw new CorruptDataException($"differences of {width} bits");
        }

        for (var i = 0; i < output.Length; i++)
        {
            // wraps around by design: differences of extreme values do not fit otherwise
            value = unchecked(value + smallest + (long)BitPacking.Read(data, (long)i * width, width));
            output[i] = value;
        }

        return value;
    }

    /// <summary>Lengths of strings: delta-encoded, and neither negative nor together longer than what follows them.</summary>
    public static int[] Lengths(ref ReadOnlySpan<byte> data, int count)
    {
        var wide = new long[count];
        Decode(ref data, wide);
        return Array.ConvertAll(wide, length => length is >= 0 and <= int.MaxValue
            ? (int)length
            : throw new CorruptDataException($"a string of {length} bytes"));
    }
}
