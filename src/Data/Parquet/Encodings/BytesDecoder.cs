using System.Buffers.Binary;

namespace Harness.Data.Parquet.Encodings;

/// <summary>BYTE_ARRAY (<paramref name="width"/> null: each value behind its length) and FIXED_LEN_BYTE_ARRAY (all of one width).</summary>
internal sealed class BytesDecoder(int? width) : ValueDecoder<ReadOnlyMemory<byte>>
{
    public override void Decode(PageEncoding encoding, ReadOnlyMemory<byte> data, Span<ReadOnlyMemory<byte>> values)
    {
        switch (encoding)
        {
            case PageEncoding.Plain when width is { } fixedWidth:
                Cut(data, fixedWidth, values);
                break;
            case PageEncoding.Plain:
                DecodePlain(data, values);
                break;
            case PageEncoding.DeltaLengthByteArray when width is null:
                DecodeDeltaLength(data, values);
                break;
            case PageEncoding.DeltaByteArray:
                DecodeDelta(data, values);
                break;
            case PageEncoding.ByteStreamSplit when width is { } fixedWidth:
                var whole = new byte[checked(fixedWidth * values.Length)];
                ByteStreamSplit.Decode(data.Span, Math.Max(1, fixedWidth), whole);
                Cut(whole, fixedWidth, values);
                break;
            default:
                throw Unsupported(encoding, width is null ? PhysicalType.ByteArray : PhysicalType.FixedLenByteArray);
        }
    }

    private static void Cut(ReadOnlyMemory<byte> data, int length, Span<ReadOnlyMemory<byte>> values)
    {
        if (data.Length != (long)length * values.Length)
        {
            throw new CorruptDataException($"{values.Length} values of {length} bytes in {data.Length} bytes");
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = data.Slice(i * length, length);
        }
    }

    private static void DecodePlain(ReadOnlyMemory<byte> data, Span<ReadOnlyMemory<byte>> values)
    {
        var span = data.Span;
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(span[at..]);
            values[i] = data.Slice(at + 4, length);
            at += 4 + length;
        }
    }

    private static void DecodeDeltaLength(ReadOnlyMemory<byte> data, Span<ReadOnlyMemory<byte>> values)
    {
        var span = data.Span;
        var lengths = Delta.Lengths(ref span, values.Length);
        var at = data.Length - span.Length;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = data.Slice(at, lengths[i]);
            at += lengths[i];
        }
    }

    /// <summary>Each value begins with so many bytes of the one before, and a suffix of its own.</summary>
    private static void DecodeDelta(ReadOnlyMemory<byte> data, Span<ReadOnlyMemory<byte>> values)
    {
        var span = data.Span;
        var prefixes = Delta.Lengths(ref span, values.Length);
        DecodeDeltaLength(data[(data.Length - span.Length)..], values);
        var previous = ReadOnlyMemory<byte>.Empty;
        for (var i = 0; i < values.Length; i++)
        {
            if (prefixes[i] > 0)
            {
                var joined = new byte[checked(prefixes[i] + values[i].Length)];
                previous[..prefixes[i]].CopyTo(joined);
                values[i].CopyTo(joined.AsMemory(prefixes[i]));
                values[i] = joined;
            }

            previous = values[i];
        }
    }
}
