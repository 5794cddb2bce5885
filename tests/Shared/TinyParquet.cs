using System.Buffers.Binary;
using System.Text;

namespace Harness.Tests.Shared;

/// <summary>Writes Parquet files of a few rows: columns of texts and of whole numbers, plain, in one row group.</summary>
public static class TinyParquet
{
    private const int Int64 = 2;
    private const int ByteArray = 6;

    /// <summary>A file with these columns, each an array of <c>string</c> or of <c>long</c>.</summary>
    public static void Write(string path, params IReadOnlyList<(string Name, Array Values)> columns)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var rows = columns[0].Values.Length;
        var (file, chunks) = (new MemoryStream(), new List<byte[]>());
        file.Write("PAR1"u8);
        foreach (var (name, values) in columns)
        {
            var (start, type) = (file.Length, (values is string[]) ? ByteArray : Int64);
            var body = Body(values);
            byte[] page = [.. Struct(I32(1, 0), I32(1, body.Length), I32(1, body.Length), Field(2, 12, Struct(I32(1, rows), I32(1, 0), I32(1, 3), I32(1, 3)))), .. body];
            file.Write(page);
            var metadata = Struct(
                I32(1, type), Field(1, 9, [0x15, .. Zigzag(0)]), Field(1, 9, [0x18, .. Text(name)]), I32(1, 0), I64(1, rows), I64(1, page.Length), I64(1, page.Length), I64(2, start));
            chunks.Add(Struct(I64(2, start), Field(1, 12, metadata)));
        }

        var schema = columns.Select(column => Struct(I32(1, (column.Values is string[]) ? ByteArray : Int64), I32(2, 0), Field(1, 8, Text(column.Name)), (column.Values is string[]) ? I32(2, 0) : []))
            .Prepend(Struct(Field(4, 8, Text("schema")), I32(1, columns.Count)));
        var footer = Struct(I32(1, 1), Field(1, 9, Structs(schema)), I64(1, rows), Field(1, 9, Structs([Struct(Field(1, 9, Structs(chunks)), I64(1, file.Length), I64(1, rows))])));
        file.Write(footer);
        file.Write(Fixed(footer.Length));
        file.Write("PAR1"u8);
        File.WriteAllBytes(path, file.ToArray());
    }

    private static byte[] Body(Array values) => values is string[] texts
        ? [.. texts.SelectMany(text => (byte[])[.. Fixed(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)])]
        : [.. ((long[])values).SelectMany(BitConverter.GetBytes)];

    // Thrift's compact protocol: a field is its distance from the last one and its type in a byte, then the value
    private static byte[] Field(int distance, int type, byte[] value) => [(byte)(distance << 4 | type), .. value];

    private static byte[] I32(int distance, int value) => Field(distance, 5, Zigzag(value));

    private static byte[] I64(int distance, long value) => Field(distance, 6, Zigzag(value));

    private static byte[] Struct(params IEnumerable<byte[]> fields) => [.. fields.SelectMany(field => field), 0];

    private static byte[] Structs(IEnumerable<byte[]> structs)
    {
        var list = structs.ToArray();
        return [(byte)(list.Length << 4 | 12), .. list.SelectMany(item => item)];
    }

    private static byte[] Text(string text) => [.. Varint((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Zigzag(long value) => Varint((ulong)(value << 1 ^ value >> 63));

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value & 127 | 128));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Fixed(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
