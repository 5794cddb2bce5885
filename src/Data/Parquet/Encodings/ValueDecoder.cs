using System.Runtime.InteropServices;

namespace Harness.Data.Parquet.Encodings;

/// <summary>Turns the values of a page (all encodings but the dictionary's) into .NET values; one subclass for each way of storing them.</summary>
internal abstract class ValueDecoder<T>
{
    /// <summary>Fills <paramref name="values"/>. Byte values point into <paramref name="data"/> where they can, so it must not change afterwards.</summary>
    public abstract void Decode(PageEncoding encoding, ReadOnlyMemory<byte> data, Span<T> values);

    protected static NotSupportedException Unsupported(PageEncoding encoding, PhysicalType type) =>
        new($"encoding {FormatName.Of(encoding)} of {FormatName.Of(type)} values");
}

/// <summary>INT32, INT64, FLOAT, DOUBLE: little-endian, as in memory.</summary>
internal sealed class NumberDecoder<T>(PhysicalType type) : ValueDecoder<T>
    where T : unmanaged
{
    public override void Decode(PageEncoding encoding, ReadOnlyMemory<byte> data, Span<T> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        switch (encoding)
        {
            case PageEncoding.Plain:
                data.Span[..bytes.Length].CopyTo(bytes);
                break;
            case PageEncoding.ByteStreamSplit:
                ByteStreamSplit.Decode(data.Span, bytes.Length / Math.Max(1, values.Length), bytes);
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(T) == typeof(long):
                var span = data.Span;
                Delta.Decode(ref span, MemoryMarshal.Cast<T, long>(values));
                break;
            case PageEncoding.DeltaBinaryPacked when typeof(T) == typeof(int):
                DecodeDelta32(data.Span, MemoryMarshal.Cast<T, int>(values));
                break;
            default:
                throw Unsupported(encoding, type);
        }
    }

    private static void DecodeDelta32(ReadOnlySpan<byte> data, Span<int> values)
    {
        var wide = new long[values.Length];
        Delta.Decode(ref data, wide);
        for (var i = 0; i < wide.Length; i++)
        {
            values[i] = unchecked((int)wide[i]);
        }
    }
}

/// <summary>BOOLEAN: a bit each, or runs behind their length in four bytes.</summary>
internal sealed class BooleanDecoder : ValueDecoder<bool>
{
    public override void Decode(PageEncoding encoding, ReadOnlyMemory<byte> data, Span<bool> values)
    {
        switch (encoding)
        {
            case PageEncoding.Plain:
                var bits = data.Span;
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = ((bits[i >> 3] >> (i & 7)) & 1) != 0;
                }

                break;
            case PageEncoding.Rle:
                var flags = new int[values.Length];
                RleHybrid.Decode(data.Span[4..], 1, flags);
                for (var i = 0; i < flags.Length; i++)
                {
                    values[i] = flags[i] != 0;
                }

                break;
            default:
                throw Unsupported(encoding, PhysicalType.Boolean);
        }
    }
}

/// <summary>INT96, the timestamp of old writers: nanoseconds of the day, then the Julian day. Decoded to nanoseconds since 1970-01-01.</summary>
internal sealed class Int96Decoder : ValueDecoder<long>
{
    private const long JulianDayOf1970 = 2440588;
    private const long NanosecondsPerDay = 86_400_000_000_000;

    public override void Decode(PageEncoding encoding, ReadOnlyMemory<byte> data, Span<long> values)
    {
        if (encoding != PageEncoding.Plain)
        {
            throw Unsupported(encoding, PhysicalType.Int96);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var entry = data.Span.Slice(12 * i, 12);
            var days = BitConverter.ToUInt32(entry[8..]) - JulianDayOf1970;
            values[i] = unchecked((days * NanosecondsPerDay) + BitConverter.ToInt64(entry));
        }
    }
}
