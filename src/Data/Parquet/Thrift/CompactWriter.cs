using System.Text;

namespace Harness.Data.Parquet.Thrift;

/// <summary>Writes Thrift's compact protocol: fields of one struct in ascending order, structs within it from their own bytes.</summary>
internal sealed class CompactWriter
{
    private const int LongList = 15;
    private readonly MemoryStream _bytes = new();
    private int _last;

    /// <summary>The bytes of the struct, ended.</summary>
    public byte[] Struct()
    {
        _bytes.WriteByte((byte)CompactType.Stop);
        return _bytes.ToArray();
    }

    public CompactWriter I32(int field, int value) => Field(field, CompactType.I32).ZigZag(value);

    public CompactWriter I64(int field, long value) => Field(field, CompactType.I64).ZigZag(value);

    public CompactWriter Text(int field, string value) => Field(field, CompactType.Binary).Text(value);

    public CompactWriter Struct(int field, byte[] content)
    {
        Field(field, CompactType.Struct)._bytes.Write(content);
        return this;
    }

    public CompactWriter I32s(int field, params IReadOnlyList<int> values) => List(field, CompactType.I32, values, value => ZigZag(value));

    public CompactWriter Texts(int field, params IReadOnlyList<string> values) => List(field, CompactType.Binary, values, value => Text(value));

    public CompactWriter Structs(int field, params IReadOnlyList<byte[]> contents) => List(field, CompactType.Struct, contents, content => _bytes.Write(content));

    private CompactWriter List<T>(int field, CompactType type, IReadOnlyList<T> items, Action<T> write)
    {
        Field(field, CompactType.List)._bytes.WriteByte((byte)((Math.Min(items.Count, LongList) << 4) | (int)type));
        if (items.Count >= LongList)
        {
            Varint((ulong)items.Count);
        }

        foreach (var item in items)
        {
            write(item);
        }

        return this;
    }

    private CompactWriter Field(int field, CompactType type)
    {
        _bytes.WriteByte((byte)(((field - _last) << 4) | (int)type));
        _last = field;
        return this;
    }

    private CompactWriter Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Varint((ulong)bytes.Length)._bytes.Write(bytes);
        return this;
    }

    private CompactWriter ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private CompactWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
        return this;
    }
}
