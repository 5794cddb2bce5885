using System.Text;

namespace Harness.Data.Parquet.Thrift;

/// <summary>Types on the wire of Thrift's compact protocol.</summary>
internal enum CompactType : byte
{
    Stop = 0, True = 1, False = 2, I8 = 3, I16 = 4, I32 = 5, I64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11, Struct = 12,
}

/// <summary>
/// Reads Thrift's compact protocol. A struct is read as
/// <c>short field = 0; while (reader.NextField(ref field, out var type)) switch (field) { …; default: reader.Skip(type); }</c>.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> data)
{
    private const int DeepestNesting = 64;
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Moves to the next field of the current struct; false at its end.</summary>
    public bool NextField(ref short field, out CompactType type)
    {
        var header = Byte();
        type = (CompactType)(header & 15);
        if (type == CompactType.Stop)
        {
            return false;
        }

        field = header >> 4 == 0 ? (short)ZigZag() : (short)(field + (header >> 4));
        return true;
    }

    public int I32(CompactType type) => checked((int)I64(type));

    public long I64(CompactType type)
    {
        if (type is not (CompactType.I16 or CompactType.I32 or CompactType.I64))
        {
            throw Mismatch(type);
        }

        return ZigZag();
    }

    public sbyte I8(CompactType type) => type == CompactType.I8 ? (sbyte)Byte() : throw Mismatch(type);

    /// <summary>A boolean field's value is its type.</summary>
    public static bool Bool(CompactType type) => type switch
    {
        CompactType.True => true,
        CompactType.False => false,
        _ => throw Mismatch(type),
    };

    public string Text(CompactType type)
    {
        if (type != CompactType.Binary)
        {
            throw Mismatch(type);
        }

        return Encoding.UTF8.GetString(Take(checked((int)Varint())));
    }

    /// <summary>A list's header: how many elements of which type follow.</summary>
    public int List(CompactType type, out CompactType element)
    {
        if (type is not (CompactType.List or CompactType.Set))
        {
            throw Mismatch(type);
        }

        var header = Byte();
        element = (CompactType)(header & 15);
        var count = header >> 4 == 15 ? checked((int)Varint()) : header >> 4;
        // an element takes at least one byte, so a longer list is not one
        return count <= _data.Length - Position ? count : throw new CorruptDataException($"a list of {count} elements does not fit in its bytes");
    }

    public void Skip(CompactType type) => Skip(type, 0);

    private void Skip(CompactType type, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new CorruptDataException("its metadata is nested too deeply");
        }

        switch (type)
        {
            case CompactType.True or CompactType.False:
                break;
            case CompactType.I8:
                Byte();
                break;
            case CompactType.I16 or CompactType.I32 or CompactType.I64:
                Varint();
                break;
            case CompactType.Double:
                Take(8);
                break;
            case CompactType.Binary:
                Take(checked((int)Varint()));
                break;
            case CompactType.List or CompactType.Set:
                for (var left = List(type, out var element); left > 0; left--)
                {
                    SkipElement(element, depth);
                }

                break;
            case CompactType.Map:
                SkipMap(depth);
                break;
            case CompactType.Struct:
                short field = 0;
                while (NextField(ref field, out var inner))
                {
                    Skip(inner, depth + 1);
                }

                break;
            default:
                throw Mismatch(type);
        }
    }

    private void SkipMap(int depth)
    {
        var count = Varint();
        var types = count == 0 ? 0 : Byte();
        for (; count > 0; count--)
        {
            SkipElement((CompactType)(types >> 4), depth);
            SkipElement((CompactType)(types & 15), depth);
        }
    }

    /// <summary>Inside a container, unlike in a field, a boolean takes a byte.</summary>
    private void SkipElement(CompactType type, int depth)
    {
        if (type is CompactType.True or CompactType.False)
        {
            Byte();
        }
        else
        {
            Skip(type, depth + 1);
        }
    }

    private long ZigZag()
    {
        var raw = Varint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new CorruptDataException("an integer of its metadata has more than 64 bits");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - Position))
        {
            throw new EndOfStreamException();
        }

        var taken = _data.Slice(Position, count);
        Position += count;
        return taken;
    }

    private static CorruptDataException Mismatch(CompactType type) => new($"its metadata has an unexpected field type {(int)type}");
}
