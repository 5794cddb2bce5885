using Harness.Data.Codecs;
using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Parquet;

internal enum PhysicalType { Boolean, Int32, Int64, Int96, Float, Double, ByteArray, FixedLenByteArray }

internal enum Repetition { Required, Optional, Repeated }

internal enum ConvertedType
{
    None = -1, Utf8, Map, MapKeyValue, List, Enum, Decimal, Date, TimeMillis, TimeMicros, TimestampMillis, TimestampMicros,
    UInt8, UInt16, UInt32, UInt64, Int8, Int16, Int32, Int64, Json, Bson, Interval,
}

internal enum PageEncoding
{
    Plain = 0, PlainDictionary = 2, Rle = 3, BitPacked = 4, DeltaBinaryPacked = 5, DeltaLengthByteArray = 6, DeltaByteArray = 7,
    RleDictionary = 8, ByteStreamSplit = 9,
}

/// <summary>One entry of the footer's schema list: a depth-first walk over the tree of columns.</summary>
internal sealed record SchemaElement(
    string Name, PhysicalType? Type, int TypeLength, Repetition Repetition, int Children, ConvertedType Converted, int Scale, LogicalType Logical)
{
    public static SchemaElement Read(ref CompactReader reader)
    {
        var element = new SchemaElement("", null, 0, Repetition.Required, 0, ConvertedType.None, 0, LogicalType.None);
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1: element = element with { Type = (PhysicalType)reader.I32(type) }; break;
                case 2: element = element with { TypeLength = reader.I32(type) }; break;
                case 3: element = element with { Repetition = (Repetition)reader.I32(type) }; break;
                case 4: element = element with { Name = reader.Text(type) }; break;
                case 5: element = element with { Children = reader.I32(type) }; break;
                case 6: element = element with { Converted = (ConvertedType)reader.I32(type) }; break;
                case 7: element = element with { Scale = reader.I32(type) }; break;
                case 10: element = element with { Logical = LogicalType.Read(ref reader) }; break;
                default: reader.Skip(type); break;
            }
        }

        return element;
    }
}

/// <summary>Where one column's pages lie within a row group.</summary>
internal sealed record ColumnChunk(
    string? OtherFile, bool Encrypted, Compression Compression, long Values, long CompressedBytes, long DataOffset, long? DictionaryOffset)
{
    public static ColumnChunk Read(ref CompactReader reader)
    {
        var chunk = new ColumnChunk(null, false, Compression.Uncompressed, 0, 0, 0, null);
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1: chunk = chunk with { OtherFile = reader.Text(type) }; break;
                case 3: chunk = ReadMetadata(ref reader, chunk); break;
                case 8: chunk = chunk with { Encrypted = true }; goto default;
                default: reader.Skip(type); break;
            }
        }

        return chunk;
    }

    private static ColumnChunk ReadMetadata(ref CompactReader reader, ColumnChunk chunk)
    {
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 4: chunk = chunk with { Compression = (Compression)reader.I32(type) }; break;
                case 5: chunk = chunk with { Values = reader.I64(type) }; break;
                case 7: chunk = chunk with { CompressedBytes = reader.I64(type) }; break;
                case 9: chunk = chunk with { DataOffset = reader.I64(type) }; break;
                case 11: chunk = chunk with { DictionaryOffset = reader.I64(type) }; break;
                default: reader.Skip(type); break;
            }
        }

        return chunk;
    }
}

/// <summary>A run of rows; one chunk for every leaf of the schema.</summary>
internal sealed record RowGroup(IReadOnlyList<ColumnChunk> Columns, long Rows)
{
    public static RowGroup Read(ref CompactReader reader)
    {
        var columns = new List<ColumnChunk>();
        long rows = 0;
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 1:
                    for (var left = reader.List(type, out _); left > 0; left--)
                    {
                        columns.Add(ColumnChunk.Read(ref reader));
                    }

                    break;
                case 3: rows = reader.I64(type); break;
                default: reader.Skip(type); break;
            }
        }

        return new RowGroup(columns, rows);
    }
}

/// <summary>The footer.</summary>
internal sealed record FileMetadata(IReadOnlyList<SchemaElement> Schema, long Rows, IReadOnlyList<RowGroup> RowGroups, string Writer)
{
    public static FileMetadata Read(ReadOnlySpan<byte> footer)
    {
        var reader = new CompactReader(footer);
        var schema = new List<SchemaElement>();
        var groups = new List<RowGroup>();
        var writer = "";
        long rows = 0;
        short field = 0;
        while (reader.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 2:
                    for (var left = reader.List(type, out _); left > 0; left--)
                    {
                        schema.Add(SchemaElement.Read(ref reader));
                    }

                    break;
                case 3: rows = reader.I64(type); break;
                case 4:
                    for (var left = reader.List(type, out _); left > 0; left--)
                    {
                        groups.Add(RowGroup.Read(ref reader));
                    }

                    break;
                case 6: writer = reader.Text(type); break;
                default: reader.Skip(type); break;
            }
        }

        return new FileMetadata(schema, rows, groups, writer);
    }
}
