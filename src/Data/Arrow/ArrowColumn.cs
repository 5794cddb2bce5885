using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace Harness.Data.Arrow;

/// <summary>The values of a field within one batch.</summary>
/// <param name="validity">A bit for each value, 1 where it is there; null or empty where all are.</param>
/// <param name="buffers">The others in the format's order.</param>
/// <param name="dictionary">What indices stand for, in pieces that follow each other; null without a dictionary.</param>
internal sealed class ArrowColumn(
    ArrowField definition, long length, ArrowBuffer? validity, ArrowBuffer[] buffers, ArrowColumn[] children, IReadOnlyList<ArrowColumn>? dictionary)
{
    public ArrowField Field => definition;

    public long Length => length;

    public bool IsNull(long i)
    {
        if ((ulong)i >= (ulong)length)
        {
            throw new CorruptDataException($"value {i} of {length}");
        }

        return definition.Kind == ArrowKind.Null || (validity is { IsEmpty: false } && !Bit(validity, i));
    }

    /// <summary>Writes a value as JSON.</summary>
    public void Write(Utf8JsonWriter writer, long i)
    {
        if (IsNull(i))
        {
            writer.WriteNullValue();
            return;
        }

        if (dictionary is not null)
        {
            var (values, at) = Entry(i);
            values.Write(writer, at);
            return;
        }

        switch (definition.Kind)
        {
            case ArrowKind.Bool: writer.WriteBooleanValue(Bit(buffers[0], i)); break;
            case ArrowKind.Int when definition.Parameter == 0 && definition.Bytes == 8: writer.WriteNumberValue((ulong)Integer(i)); break;
            case ArrowKind.Int or ArrowKind.Date or ArrowKind.Time or ArrowKind.Timestamp or ArrowKind.Duration: writer.WriteNumberValue(Integer(i)); break;
            case ArrowKind.Interval when definition.Bytes == 4: writer.WriteNumberValue(Integer(i)); break;
            case ArrowKind.FloatingPoint: JsonForm.Real(writer, Real(Fixed(i))); break;
            case ArrowKind.Decimal: JsonForm.Decimal(writer, new BigInteger(Fixed(i)), definition.Parameter); break;
            case ArrowKind.FixedSizeBinary or ArrowKind.Interval: JsonForm.Hex(writer, Fixed(i)); break;
            case ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View: JsonForm.Text(writer, Bytes(i).Span); break;
            case ArrowKind.Binary or ArrowKind.LargeBinary or ArrowKind.BinaryView: JsonForm.Hex(writer, Bytes(i).Span); break;
            case ArrowKind.Struct: WriteStruct(writer, i, asPair: false); break;
            case ArrowKind.Union:
                var member = UnionMember(i);
                children[member].Write(writer, definition.Parameter == 1 ? BinaryPrimitives.ReadInt32LittleEndian(buffers[1].Span[checked((int)(4 * i))..]) : i);
                break;
            case ArrowKind.RunEndEncoded: children[1].Write(writer, Run(i)); break;
            default: WriteList(writer, i); break;
        }
    }

    /// <summary>A text or bytes, also behind a dictionary.</summary>
    public ReadOnlyMemory<byte> Bytes(long i)
    {
        if (dictionary is not null)
        {
            var (values, at) = Entry(i);
            return values.IsNull(at) ? throw new CorruptDataException("an index to a missing entry of its dictionary") : values.Bytes(at);
        }

        if (definition.Kind is ArrowKind.Utf8View or ArrowKind.BinaryView)
        {
            var at = checked((int)(16 * i));
            var view = buffers[0].Span.Slice(at, 16);
            var size = BinaryPrimitives.ReadInt32LittleEndian(view);
            return size <= 12
                ? buffers[0].Bytes.AsMemory(at + 4, size)
                : buffers[1 + BinaryPrimitives.ReadInt32LittleEndian(view[8..])].Bytes.AsMemory(BinaryPrimitives.ReadInt32LittleEndian(view[12..]), size);
        }

        var start = checked((int)Offset(buffers[0], i));
        return buffers[1].Bytes.AsMemory(start, checked((int)Offset(buffers[0], i + 1) - start));
    }

    private void WriteStruct(Utf8JsonWriter writer, long i, bool asPair)
    {
        if (asPair)
        {
            writer.WriteStartArray();
        }
        else
        {
            writer.WriteStartObject();
        }

        foreach (var child in children)
        {
            if (!asPair)
            {
                writer.WritePropertyName(child.Field.Name);
            }

            child.Write(writer, i);
        }

        if (asPair)
        {
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteEndObject();
        }
    }

    private void WriteList(Utf8JsonWriter writer, long i)
    {
        var (start, end) = definition.Kind switch
        {
            ArrowKind.FixedSizeList => (i * definition.Parameter, (i + 1) * definition.Parameter),
            ArrowKind.ListView or ArrowKind.LargeListView => (Offset(buffers[0], i), Offset(buffers[0], i) + Offset(buffers[1], i)),
            _ => (Offset(buffers[0], i), Offset(buffers[0], i + 1)),
        };
        if (start < 0 || end < start || end > children[0].Length)
        {
            throw new CorruptDataException($"a list from {start} to {end} of {children[0].Length} elements");
        }

        writer.WriteStartArray();
        for (var at = start; at < end; at++)
        {
            if (definition.Kind == ArrowKind.Map)
            {
                children[0].WriteStruct(writer, at, asPair: true);
            }
            else
            {
                children[0].Write(writer, at);
            }
        }

        writer.WriteEndArray();
    }

    private (ArrowColumn Values, long At) Entry(long i)
    {
        var index = Integer(i);
        foreach (var piece in dictionary!)
        {
            if (index >= 0 && index < piece.Length)
            {
                return (piece, index);
            }

            index -= piece.Length;
        }

        throw new CorruptDataException($"entry {Integer(i)} of a dictionary of {dictionary!.Sum(piece => piece.Length)}");
    }

    private int UnionMember(long i)
    {
        var id = (int)(sbyte)buffers[0].Span[checked((int)i)];
        for (var member = 0; member < definition.TypeIds.Count; member++)
        {
            if (definition.TypeIds[member] == id)
            {
                return member;
            }
        }

        throw new CorruptDataException($"a union's type {id}");
    }

    /// <summary>The first run that ends behind a value.</summary>
    private long Run(long i)
    {
        var (low, high) = (0L, children[0].Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = children[0].Integer(middle) > i ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private long Offset(ArrowBuffer buffer, long i) => definition.Bytes == 8
        ? BinaryPrimitives.ReadInt64LittleEndian(buffer.Span[checked((int)(8 * i))..])
        : BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[checked((int)(4 * i))..]);

    private ReadOnlySpan<byte> Fixed(long i) => buffers[0].Span.Slice(checked((int)(i * definition.Bytes)), definition.Bytes);

    private long Integer(long i)
    {
        var type = dictionary is null ? definition : definition.Index!;
        var value = buffers[0].Span.Slice(checked((int)(i * type.Bytes)), type.Bytes);
        return (type.Bytes, type.Parameter != 0) switch
        {
            (1, true) => (sbyte)value[0],
            (1, false) => value[0],
            (2, true) => BinaryPrimitives.ReadInt16LittleEndian(value),
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(value),
            (4, true) => BinaryPrimitives.ReadInt32LittleEndian(value),
            (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(value),
            (8, _) => BinaryPrimitives.ReadInt64LittleEndian(value),
            _ => throw new CorruptDataException($"an integer of {type.Bytes} bytes"),
        };
    }

    private static double Real(ReadOnlySpan<byte> value) => value.Length switch
    {
        2 => (double)BinaryPrimitives.ReadHalfLittleEndian(value),
        4 => BinaryPrimitives.ReadSingleLittleEndian(value),
        8 => BinaryPrimitives.ReadDoubleLittleEndian(value),
        _ => throw new CorruptDataException($"a real number of {value.Length} bytes"),
    };

    private static bool Bit(ArrowBuffer buffer, long i) => (buffer.Span[checked((int)(i >> 3))] >> (int)(i & 7) & 1) != 0;
}
