using System.Buffers.Binary;

namespace Harness.Data.Parquet.Encodings;

/// <summary>Integers of a fixed number of bits, least significant bit first, and the variable-length ones before them.</summary>
internal static class BitPacking
{
    /// <summary>The <paramref name="width"/> (0 to 64) bits at <paramref name="bit"/>.</summary>
    public static ulong Read(ReadOnlySpan<byte> data, long bit, int width)
    {
        if (width == 0)
        {
            return 0;
        }

        var at = (int)(bit >> 3);
        var shift = (int)(bit & 7);
        ulong value;
        if (data.Length - at >= 8)
        {
            value = BinaryPrimitives.ReadUInt64LittleEndian(data[at..]) >> shift;
            if (shift + width > 64)
            {
                value |= (ulong)data[at + 8] << (64 - shift);
            }
        }
        else
        {
            value = 0;
            for (var i = (shift + width - 1) >> 3; i >= 0; i--)
            {
                value = (value << 8) | data[at + i];
            }

            value >>= shift;
        }

        return width == 64 ? value : value & ((1UL << width) - 1);
    }

    /// <summary>An unsigned LEB128 integer; <paramref name="data"/> moves behind it.</summary>
    public static ulong Varint(ref ReadOnlySpan<byte> data)
    {
        ulong value = 0;
        for (var i = 0; i < 10; i++)
        {
            value |= (ulong)(data[i] & 0x7f) << (7 * i);
            if (data[i] < 0x80)
            {
                data = data[(i + 1)..];
                return value;
            }
        }

        throw new CorruptDataException("a variable-length integer has more than 64 bits");
    }

    /// <summary>A signed integer in zigzag form; <paramref name="data"/> moves behind it.</summary>
    public static long ZigZag(ref ReadOnlySpan<byte> data)
    {
        var raw = Varint(ref data);
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }
}
