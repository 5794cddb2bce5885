using System.Text;

namespace Harness.Data.Tests.Parquet;

/// <summary>Writes Thrift's compact protocol: enough to make small Parquet files, sound and unsound ones.</summary>
internal sealed class CompactWriter
{
    private readonly MemoryStream _bytes = new();
    private int _last;

    public byte[] Struct()
    {
        _bytes.WriteByte(0);
        return _bytes.ToArray();
    }

    public CompactWriter I32(int field, int value) => Field(field, 5).ZigZag(value);

    public CompactWriter I64(int field, long value) => Field(field, 6).ZigZag(value);

    public CompactWriter Text(int field, string value)
    {
        Field(field, 8).Varint((ulong)Encoding.UTF8.GetByteCount(value));
        _bytes.Write(Encoding.UTF8.GetBytes(value));
        return this;
    }

    public CompactWriter Struct(int field, byte[] content)
    {
        Field(field, 12)._bytes.Write(content);
        return this;
    }

    public CompactWriter Structs(int field, params byte[][] contents)
    {
        Field(field, 9);
        if (contents.Length < 15)
        {
            _bytes.WriteByte((byte)((contents.Length << 4) | 12));
        }
        else
        {
            _bytes.WriteByte(0xfc);
            Varint((ulong)contents.Length);
        }

        foreach (var content in contents)
        {
            _bytes.Write(content);
        }

        return this;
    }

    private CompactWriter Field(int field, byte type)
    {
        _bytes.WriteByte((byte)(((field - _last) << 4) | type));
        _last = field;
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
