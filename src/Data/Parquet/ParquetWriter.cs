using System.Buffers.Binary;
using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Parquet;

/// <summary>Writes Apache Parquet: one row group, a plain and uncompressed page a column. The same columns give the same bytes.</summary>
public static class ParquetWriter
{
    /// <summary>A file with these columns, all of as many rows.</summary>
    public static void Write(string path, params IReadOnlyList<ParquetColumn> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column.Rows != columns[0].Rows))
        {
            throw new ArgumentException($"A Parquet file needs columns of equal length, not [{string.Join(", ", columns.Select(column => $"{column.Name}: {column.Rows}"))}].", nameof(columns));
        }

        Durable.WriteFile(path, stream => Write(stream, columns));
    }

    private static void Write(Stream stream, IReadOnlyList<ParquetColumn> columns)
    {
        stream.Write("PAR1"u8);
        var (rows, start) = (columns[0].Rows, stream.Position);
        var chunks = columns.SelectMany(column => column.Leaves).Select(leaf => Chunk(stream, leaf)).ToArray();
        var group = new CompactWriter().Structs(1, chunks).I64(2, stream.Position - start).I64(3, rows).Struct();
        byte[][] schema = [new CompactWriter().Text(4, "schema").I32(5, columns.Count).Struct(), .. columns.SelectMany(column => column.Schema)];
        var footer = new CompactWriter().I32(1, 1).Structs(2, schema).I64(3, rows).Structs(4, [group]).Text(6, "harness").Struct();
        stream.Write(footer);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        stream.Write(length);
        stream.Write("PAR1"u8);
    }

    /// <summary>Writes the one page of a column; returns its entry of the footer.</summary>
    private static byte[] Chunk(Stream stream, ParquetColumn.Leaf leaf)
    {
        var start = stream.Position;
        var data = new CompactWriter().I32(1, leaf.Entries).I32(2, (int)PageEncoding.Plain).I32(3, (int)PageEncoding.Rle).I32(4, (int)PageEncoding.Rle).Struct();
        stream.Write(new CompactWriter().I32(1, 0).I32(2, leaf.Body.Length).I32(3, leaf.Body.Length).Struct(5, data).Struct());
        stream.Write(leaf.Body);
        var bytes = stream.Position - start;
        var metadata = new CompactWriter()
            .I32(1, (int)leaf.Type).I32s(2, (int)PageEncoding.Plain, (int)PageEncoding.Rle).Texts(3, leaf.Path).I32(4, 0)
            .I64(5, leaf.Entries).I64(6, bytes).I64(7, bytes).I64(9, start).Struct();
        return new CompactWriter().I64(2, start).Struct(3, metadata).Struct();
    }
}
