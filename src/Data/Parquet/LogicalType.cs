using Harness.Data.Parquet.Thrift;

namespace Harness.Data.Parquet;

internal enum LogicalKind
{
    None = 0, String = 1, Map = 2, List = 3, Enum = 4, Decimal = 5, Date = 6, Time = 7, Timestamp = 8, Integer = 10, Unknown = 11, Json = 12,
    Bson = 13, Uuid = 14, Float16 = 15,
}

/// <summary>What a column's physical values stand for: the newer annotation (a Thrift union); the older one is <see cref="ConvertedType"/>.</summary>
internal readonly record struct LogicalType(LogicalKind Kind, int Scale = 0, bool Signed = true)
{
    public static LogicalType None { get; } = new(LogicalKind.None);

    public static LogicalType Read(ref CompactReader reader)
    {
        var logical = None;
        short kind = 0;
        while (reader.NextField(ref kind, out var member))
        {
            if (member != CompactType.Struct)
            {
                reader.Skip(member);
                continue;
            }

            logical = new LogicalType((LogicalKind)kind);
            short field = 0;
            while (reader.NextField(ref field, out var type))
            {
                switch (logical.Kind, field)
                {
                    case (LogicalKind.Decimal, 1): logical = logical with { Scale = reader.I32(type) }; break;
                    case (LogicalKind.Integer, 2): logical = logical with { Signed = CompactReader.Bool(type) }; break;
                    default: reader.Skip(type); break;
                }
            }
        }

        return logical;
    }
}
