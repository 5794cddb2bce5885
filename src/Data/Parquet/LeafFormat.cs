using System.Text.Json;
using Harness.Data.Parquet.Encodings;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Parquet;

/// <summary>How the values of a leaf are decoded and written as JSON.</summary>
internal static class LeafFormat
{
    /// <summary>A cursor over the leaf's chunk.</summary>
    public static ColumnCursor Open(SafeFileHandle file, SchemaNode leaf, ColumnChunk chunk)
    {
        var pages = new PageSource(file, chunk);
        var element = leaf.Element;
        return element.Type!.Value switch
        {
            PhysicalType.Boolean => new ColumnCursor<bool>(leaf, pages, new BooleanDecoder(), (writer, value) => writer.WriteBooleanValue(value)),
            PhysicalType.Int32 => new ColumnCursor<int>(leaf, pages, new NumberDecoder<int>(PhysicalType.Int32), Int32(element)),
            PhysicalType.Int64 => new ColumnCursor<long>(leaf, pages, new NumberDecoder<long>(PhysicalType.Int64), Int64(element)),
            PhysicalType.Int96 => new ColumnCursor<long>(leaf, pages, new Int96Decoder(), (writer, value) => writer.WriteNumberValue(value)),
            PhysicalType.Float => new ColumnCursor<float>(leaf, pages, new NumberDecoder<float>(PhysicalType.Float), (writer, value) => JsonForm.Real(writer, value)),
            PhysicalType.Double => new ColumnCursor<double>(leaf, pages, new NumberDecoder<double>(PhysicalType.Double), JsonForm.Real),
            PhysicalType.ByteArray => new ColumnCursor<ReadOnlyMemory<byte>>(leaf, pages, new BytesDecoder(null), Bytes(element)),
            _ => new ColumnCursor<ReadOnlyMemory<byte>>(leaf, pages, new BytesDecoder(element.TypeLength), Bytes(element)),
        };
    }

    private static Action<Utf8JsonWriter, int> Int32(SchemaElement element)
    {
        if (IsDecimal(element))
        {
            return (writer, value) => JsonForm.Decimal(writer, value, Scale(element));
        }

        return IsUnsigned(element) ? (writer, value) => writer.WriteNumberValue((uint)value) : (writer, value) => writer.WriteNumberValue(value);
    }

    private static Action<Utf8JsonWriter, long> Int64(SchemaElement element)
    {
        if (IsDecimal(element))
        {
            return (writer, value) => JsonForm.Decimal(writer, value, Scale(element));
        }

        return IsUnsigned(element) ? (writer, value) => writer.WriteNumberValue((ulong)value) : (writer, value) => writer.WriteNumberValue(value);
    }

    private static Action<Utf8JsonWriter, ReadOnlyMemory<byte>> Bytes(SchemaElement element)
    {
        if (IsDecimal(element))
        {
            return (writer, value) => JsonForm.Decimal(writer, value.Span, Scale(element), isBigEndian: true);
        }

        if (element.Logical.Kind == LogicalKind.Float16)
        {
            return (writer, value) => JsonForm.Real(writer, (double)BitConverter.ToHalf(value.Span));
        }

        var isText = element.Logical.Kind is LogicalKind.String or LogicalKind.Enum or LogicalKind.Json
            || element.Converted is ConvertedType.Utf8 or ConvertedType.Enum or ConvertedType.Json;
        return isText ? (writer, value) => JsonForm.Text(writer, value.Span) : (writer, value) => JsonForm.Hex(writer, value.Span);
    }

    private static bool IsDecimal(SchemaElement element) => element.Logical.Kind == LogicalKind.Decimal || element.Converted == ConvertedType.Decimal;

    private static int Scale(SchemaElement element) => element.Logical.Kind == LogicalKind.Decimal ? element.Logical.Scale : element.Scale;

    private static bool IsUnsigned(SchemaElement element) =>
        element.Logical is { Kind: LogicalKind.Integer, Signed: false } || element.Converted is >= ConvertedType.UInt8 and <= ConvertedType.UInt64;
}
