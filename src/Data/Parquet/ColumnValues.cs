using System.Text;
using System.Text.Unicode;

namespace Harness.Data.Parquet;

/// <summary>A value that is there; wrapped so that a missing one is a null of every type.</summary>
internal readonly record struct Present<T>(T Value);

/// <summary>Hands the values of a flat column out as the type that the caller wants.</summary>
internal static class ColumnValues
{
    /// <summary>A function that returns the next value (null: missing), or null where the column does not hold that type.</summary>
    public static Func<Present<T>?>? Of<T>(ColumnCursor cursor)
    {
        object? typed = cursor switch
        {
            ColumnCursor<int> ints when typeof(T) == typeof(long) => Reader(ints, value => (long)value),
            ColumnCursor<float> floats when typeof(T) == typeof(double) => Reader(floats, value => (double)value),
            ColumnCursor<ReadOnlyMemory<byte>> texts when typeof(T) == typeof(string) => Reader(texts, Text),
            ColumnCursor<T> same => Reader(same, value => value),
            _ => null,
        };
        return (Func<Present<T>?>?)typed;
    }

    public static string Describe(SchemaNode leaf) => leaf.Element.Type switch
    {
        PhysicalType.ByteArray or PhysicalType.FixedLenByteArray => "text or bytes",
        PhysicalType.Boolean => "booleans",
        PhysicalType.Float or PhysicalType.Double => "real numbers",
        _ => "integers",
    };

    public static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "booleans",
        _ when type == typeof(int) || type == typeof(long) => "integers",
        _ when type == typeof(float) || type == typeof(double) => "real numbers",
        _ => "text",
    };

    private static string Text(ReadOnlyMemory<byte> value) => Utf8.IsValid(value.Span)
        ? Encoding.UTF8.GetString(value.Span)
        : throw new CorruptDataException("a text is not valid UTF-8");

    private static Func<Present<TResult>?> Reader<TStored, TResult>(ColumnCursor<TStored> cursor, Func<TStored, TResult> convert) => () =>
    {
        if (cursor.AtEnd)
        {
            throw new CorruptDataException("it ends before its row group does");
        }

        Present<TResult>? value = cursor.HasValue ? new(convert(cursor.Value)) : null;
        cursor.Advance();
        return value;
    };
}
