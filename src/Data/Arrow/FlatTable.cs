using System.Buffers.Binary;
using System.Text;

namespace Harness.Data.Arrow;

/// <summary>A table of a FlatBuffer (google/flatbuffers, internals): every field is optional and found through the table's vtable.</summary>
internal readonly struct FlatTable
{
    private readonly ReadOnlyMemory<byte> _buffer;
    private readonly int _table;
    private readonly int _vtable;

    private FlatTable(ReadOnlyMemory<byte> buffer, int table)
    {
        (_buffer, _table) = (buffer, table);
        _vtable = checked(table - BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[table..]));
    }

    /// <summary>The buffer's root.</summary>
    public static FlatTable Root(ReadOnlyMemory<byte> buffer) => new(buffer, checked((int)BinaryPrimitives.ReadUInt32LittleEndian(buffer.Span)));

    public byte Byte(int field, byte absent = 0) => At(field) is > 0 and var at ? _buffer.Span[at] : absent;

    public bool Bool(int field) => Byte(field) != 0;

    public short Int16(int field, short absent = 0) => At(field) is > 0 and var at ? BinaryPrimitives.ReadInt16LittleEndian(_buffer.Span[at..]) : absent;

    public int Int32(int field, int absent = 0) => At(field) is > 0 and var at ? BinaryPrimitives.ReadInt32LittleEndian(_buffer.Span[at..]) : absent;

    public long Int64(int field, long absent = 0) => At(field) is > 0 and var at ? BinaryPrimitives.ReadInt64LittleEndian(_buffer.Span[at..]) : absent;

    public string Text(int field)
    {
        var bytes = Vector(field, 1, out var length);
        return Encoding.UTF8.GetString(bytes.Span[..length]);
    }

    /// <summary>A table within this one; null where it is absent.</summary>
    public FlatTable? Table(int field) => At(field) is > 0 and var at ? new FlatTable(_buffer, Follow(at)) : null;

    /// <summary>A vector of tables.</summary>
    public FlatTable[] Tables(int field)
    {
        if (At(field) is not (> 0 and var at))
        {
            return [];
        }

        var start = Follow(at);
        Vector(field, sizeof(int), out var length);
        var tables = new FlatTable[length];
        for (var i = 0; i < length; i++)
        {
            tables[i] = new FlatTable(_buffer, Follow(start + 4 + (4 * i)));
        }

        return tables;
    }

    /// <summary>The bytes of a vector of structs or numbers of <paramref name="size"/> bytes each; empty where it is absent.</summary>
    public ReadOnlyMemory<byte> Vector(int field, int size, out int length)
    {
        length = 0;
        if (At(field) is not (> 0 and var at))
        {
            return default;
        }

        var start = Follow(at);
        length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.Span[start..]);
        return _buffer.Slice(start + 4, checked(length * size));
    }

    private int Follow(int at) => checked(at + (int)BinaryPrimitives.ReadUInt32LittleEndian(_buffer.Span[at..]));

    /// <summary>Where a field stands; 0 where it is absent.</summary>
    private int At(int field)
    {
        var entry = 4 + (2 * field);
        var vtable = _buffer.Span[_vtable..];
        var offset = entry < BinaryPrimitives.ReadUInt16LittleEndian(vtable) ? BinaryPrimitives.ReadUInt16LittleEndian(vtable[entry..]) : 0;
        return offset == 0 ? 0 : _table + offset;
    }
}
