using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Parquet;

/// <summary>A column to be written, no value of it null: texts, whole numbers, lists of texts, or a struct of such columns.</summary>
public sealed class ParquetColumn
{
    private ParquetColumn(string name, int rows, IReadOnlyList<byte[]> schema, IReadOnlyList<Leaf> leaves) => (Name, Rows, Schema, Leaves) = (name, rows, schema, leaves);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many rows it has.</summary>
    public int Rows { get; }

    /// <summary>Its entries of the footer's schema, depth first.</summary>
    internal IReadOnlyList<byte[]> Schema { get; }

    internal IReadOnlyList<Leaf> Leaves { get; }

    /// <summary>A text in every row.</summary>
    public static ParquetColumn Texts(string name, IReadOnlyList<string> values) =>
        Flat(name, values.Count, PhysicalType.ByteArray, ConvertedType.Utf8, Plain(values));

    /// <summary>A whole number of 32 bits in every row.</summary>
    public static ParquetColumn Integers(string name, ReadOnlySpan<int> values) =>
        Flat(name, values.Length, PhysicalType.Int32, ConvertedType.None, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A whole number of 64 bits in every row.</summary>
    public static ParquetColumn Longs(string name, ReadOnlySpan<long> values) =>
        Flat(name, values.Length, PhysicalType.Int64, ConvertedType.None, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A list of texts in every row, which may be empty.</summary>
    public static ParquetColumn TextLists(string name, IReadOnlyList<IReadOnlyList<string>> values)
    {
        // an empty list is one entry that is not defined
        var repeats = values.SelectMany(list => Enumerable.Range(0, Math.Max(1, list.Count)).Select(place => place > 0)).ToArray();
        var defined = values.SelectMany(list => list.Count == 0 ? [false] : Enumerable.Repeat(true, list.Count)).ToArray();
        byte[] body = [.. Levels(repeats), .. Levels(defined), .. Plain([.. values.SelectMany(list => list)])];
        return new ParquetColumn(
            name,
            values.Count,
            [
                Element(name, Repetition.Required).I32(5, 1).I32(6, (int)ConvertedType.List).Struct(),
                Element("list", Repetition.Repeated).I32(5, 1).Struct(),
                Element("element", Repetition.Required, PhysicalType.ByteArray).I32(6, (int)ConvertedType.Utf8).Struct(),
            ],
            [new Leaf([name, "list", "element"], PhysicalType.ByteArray, repeats.Length, body)]);
    }

    /// <summary>Columns as the fields of one.</summary>
    public static ParquetColumn Struct(string name, params IReadOnlyList<ParquetColumn> fields) => new(
        name,
        fields[0].Rows,
        [Element(name, Repetition.Required).I32(5, fields.Count).Struct(), .. fields.SelectMany(field => field.Schema)],
        [.. fields.SelectMany(field => field.Leaves).Select(leaf => leaf with { Path = [name, .. leaf.Path] })]);

    private static ParquetColumn Flat(string name, int rows, PhysicalType type, ConvertedType converted, byte[] body)
    {
        var element = Element(name, Repetition.Required, type);
        return new ParquetColumn(
            name, rows, [(converted is ConvertedType.None ? element : element.I32(6, (int)converted)).Struct()], [new Leaf([name], type, rows, body)]);
    }

    private static CompactWriter Element(string name, Repetition repetition, PhysicalType? type = null)
    {
        var element = new CompactWriter();
        return (type is { } physical ? element.I32(1, (int)physical) : element).I32(3, (int)repetition).Text(4, name);
    }

    private static byte[] Plain(IReadOnlyList<string> values)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var value in values.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            bytes.Write(length);
            bytes.Write(value);
        }

        return bytes.ToArray();
    }

    /// <summary>Levels of one bit behind their length: a single run, bit-packed, the lowest bit first.</summary>
    private static byte[] Levels(bool[] levels)
    {
        var groups = (levels.Length + 7) / 8;
        List<byte> run = [];
        for (var header = (groups << 1) | 1; ; header >>= 7)
        {
            run.Add((byte)(header > 127 ? header & 127 | 128 : header));
            if (header <= 127)
            {
                break;
            }
        }

        var packed = new byte[groups];
        for (var i = 0; i < levels.Length; i++)
        {
            packed[i / 8] |= (byte)(levels[i] ? 1 << (i % 8) : 0);
        }

        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, run.Count + groups);
        return [.. length, .. run, .. packed];
    }

    /// <summary>What lies in one column chunk.</summary>
    /// <param name="Path">Names from the root.</param>
    /// <param name="Type">As stored.</param>
    /// <param name="Entries">Values, and empty lists.</param>
    /// <param name="Body">Levels and values, encoded.</param>
    internal sealed record Leaf(IReadOnlyList<string> Path, PhysicalType Type, int Entries, byte[] Body);
}
