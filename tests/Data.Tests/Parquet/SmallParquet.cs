using System.Buffers.Binary;
using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Tests.Parquet;

/// <summary>A Parquet file of one column and one page, whose every number can be set wrong.</summary>
internal sealed record SmallParquet
{
    public const int Int32 = 1;
    public const int ByteArray = 6;

    public int Type { get; init; } = ByteArray;

    public int Repetition { get; init; }

    public int Codec { get; init; }

    public int Encoding { get; init; }

    public int? LevelEncoding { get; init; } = 3;

    public int Values { get; init; } = 2;

    public int Rows { get; init; } = 2;

    public int? Crc { get; init; }

    public int? UncompressedBytes { get; init; }

    public int? CompressedBytes { get; init; }

    public string? OtherFile { get; init; }

    public byte[] Body { get; init; } = Strings("one", "two");

    /// <summary>PLAIN values.</summary>
    public static byte[] Strings(params string[] values) => [.. values.SelectMany(value => Behind4Bytes(System.Text.Encoding.UTF8.GetBytes(value)))];

    /// <summary>Bytes behind their length.</summary>
    public static byte[] Behind4Bytes(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }

    public byte[] ToBytes()
    {
        var size = UncompressedBytes ?? Body.Length;
        var header = new CompactWriter().I32(1, 0).I32(2, size).I32(3, CompressedBytes ?? Body.Length);
        if (Crc is { } crc)
        {
            header.I32(4, crc);
        }

        var levels = LevelEncoding ?? 3;
        var page = header.Struct(5, new CompactWriter().I32(1, Values).I32(2, Encoding).I32(3, levels).I32(4, levels).Struct()).Struct();
        var pages = (byte[])[.. page, .. Body];

        var chunk = new CompactWriter();
        if (OtherFile is { } other)
        {
            chunk.Text(1, other);
        }

        var column = chunk.I64(2, 0).Struct(3, new CompactWriter().I32(1, Type).I32(4, Codec).I64(5, Values).I64(7, pages.Length).I64(9, 4).Struct()).Struct();
        var footer = new CompactWriter()
            .I32(1, 1)
            .Structs(
                2,
                new CompactWriter().Text(4, "schema").I32(5, 1).Struct(),
                new CompactWriter().I32(1, Type).I32(3, Repetition).Text(4, "text").I32(6, 0).Struct())
            .I64(3, Rows)
            .Structs(4, new CompactWriter().Structs(1, column).I64(3, Rows).Struct())
            .Struct();
        return [.. "PAR1"u8, .. pages, .. footer, .. Behind4Bytes(footer)[..4], .. "PAR1"u8];
    }
}
