namespace Harness.Data.Parquet.Encodings;

/// <summary>Runs of one value mixed with bit-packed groups of eight: levels, dictionary indices and booleans.</summary>
internal static class RleHybrid
{
    /// <summary>Fills <paramref name="output"/> with values of <paramref name="width"/> (0 to 32) bits.</summary>
    public static void Decode(ReadOnlySpan<byte> data, int width, Span<int> output)
    {
        if (width is < 0 or > 32)
        {
            throw new CorruptDataException($"values of {width} bits");
        }

        while (!output.IsEmpty)
        {
            if (width == 0 && data.IsEmpty)
            {
                output.Clear();
                return;
            }

            var header = BitPacking.Varint(ref data);
            var filled = (header & 1) == 0
                ? Repeated(ref data, width, header >> 1, output)
                : Packed(ref data, width, header >> 1, output);
            output = output[filled..];
        }
    }

    private static int Repeated(ref ReadOnlySpan<byte> data, int width, ulong count, Span<int> output)
    {
        if (count == 0)
        {
            throw new CorruptDataException("a run of no values");
        }

        var bytes = (width + 7) / 8;
        var value = (int)BitPacking.Read(data[..bytes], 0, 8 * bytes);
        data = data[bytes..];
        var filled = (int)Math.Min(count, (ulong)output.Length);
        output[..filled].Fill(value);
        return filled;
    }

    private static int Packed(ref ReadOnlySpan<byte> data, int width, ulong groups, Span<int> output)
    {
        if (groups is 0 or > int.MaxValue / 8)
        {
            throw new CorruptDataException($"{groups} groups of bit-packed values");
        }

        var filled = Math.Min((int)groups * 8, output.Length);
        for (var i = 0; i < filled; i++)
        {
            output[i] = (int)BitPacking.Read(data, (long)i * width, width);
        }

        // the last group of a page may be cut where its values end
        data = data[(int)Math.Min((long)groups * width, data.Length)..];
        return filled;
    }

    /// <summary>The levels' deprecated BIT_PACKED form: no runs, most significant bit first. Returns the bytes it takes.</summary>
    public static int DecodeBigEndianBits(ReadOnlySpan<byte> data, int width, Span<int> output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            var value = 0;
            for (var bit = (long)i * width; bit < (long)(i + 1) * width; bit++)
            {
                value = (value << 1) | ((data[(int)(bit >> 3)] >> (7 - (int)(bit & 7))) & 1);
            }

            output[i] = value;
        }

        return (int)((((long)output.Length * width) + 7) / 8);
    }
}
