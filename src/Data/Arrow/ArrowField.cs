namespace Harness.Data.Arrow;

/// <summary>The members of the format's union of types, by their numbers there.</summary>
internal enum ArrowKind : byte
{
    None, Null, Int, FloatingPoint, Binary, Utf8, Bool, Decimal, Date, Time, Timestamp, Interval, List, Struct, Union, FixedSizeBinary, FixedSizeList,
    Map, Duration, LargeBinary, LargeUtf8, LargeList, RunEndEncoded, BinaryView, Utf8View, ListView, LargeListView,
}

/// <summary>A field of the schema.</summary>
/// <param name="Bytes">Width of a value, of a view's index or of an offset; 0 where there is none.</param>
/// <param name="Parameter">Int: 1 where signed. Decimal: scale. FixedSizeList: elements of a list. Union: 1 where dense.</param>
/// <param name="TypeIds">Union: the id of each child.</param>
/// <param name="DictionaryId">Values are indices into that dictionary; null where they stand for themselves.</param>
/// <param name="Index">With a dictionary: the indices' type.</param>
internal sealed record ArrowField(
    string Name, ArrowKind Kind, int Bytes, int Parameter, IReadOnlyList<ArrowField> Children, IReadOnlyList<int> TypeIds, long? DictionaryId, ArrowField? Index)
{
    private const int DeepestNesting = 64;

    /// <summary>This field and all below it.</summary>
    public IEnumerable<ArrowField> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>Reads a <c>Schema</c>.</summary>
    public static IReadOnlyList<ArrowField> ReadSchema(FlatTable schema)
    {
        if (schema.Int16(0) != 0)
        {
            throw new NotSupportedException("big-endian values");
        }

        // each field takes bytes of its own; more of them are one field told many times
        var left = 1 << 16;
        return [.. schema.Tables(1).Select(field => Read(field, 0, ref left))];
    }

    private static ArrowField Read(FlatTable field, int depth, ref int left)
    {
        if (depth > DeepestNesting || --left < 0)
        {
            throw new CorruptDataException("its schema is nested too deeply");
        }

        var kind = (ArrowKind)field.Byte(2);
        var type = field.Table(3) ?? throw new CorruptDataException("a field of its schema has no type");
        var children = new List<ArrowField>();
        foreach (var child in field.Tables(5))
        {
            children.Add(Read(child, depth + 1, ref left));
        }

        var (bytes, parameter) = Layout(kind, type);
        var dictionary = field.Table(4);
        var read = new ArrowField(field.Text(0), kind, bytes, parameter, children, TypeIdsOf(kind, type, children.Count), dictionary?.Int64(0), IndexOf(dictionary));
        return children.Count == Expected(read) ? read : throw new CorruptDataException($"field '{read.Name}' of its schema has {children.Count} children");
    }

    private static (int Bytes, int Parameter) Layout(ArrowKind kind, FlatTable type) => kind switch
    {
        ArrowKind.Int => (Whole(type.Int32(0)), type.Byte(1)),
        ArrowKind.FloatingPoint => (2 << type.Int16(0), 0),
        ArrowKind.Decimal => (Whole(type.Int32(2, 128)), type.Int32(1)),
        ArrowKind.Date => (type.Int16(0, 1) == 0 ? 4 : 8, 1),
        ArrowKind.Time => (Whole(type.Int32(1, 32)), 1),
        ArrowKind.Timestamp or ArrowKind.Duration => (8, 1),
        ArrowKind.Interval => (4 << type.Int16(0), 1),
        ArrowKind.FixedSizeBinary => (type.Int32(0), 0),
        ArrowKind.FixedSizeList => (0, type.Int32(0)),
        ArrowKind.Union => (0, type.Int16(0)),
        ArrowKind.Binary or ArrowKind.Utf8 or ArrowKind.List or ArrowKind.Map or ArrowKind.ListView => (4, 0),
        ArrowKind.LargeBinary or ArrowKind.LargeUtf8 or ArrowKind.LargeList or ArrowKind.LargeListView => (8, 0),
        _ => (0, 0),
    };

    private static int Whole(int bits) => bits is 8 or 16 or 32 or 64 or 128 or 256 ? bits / 8 : throw new CorruptDataException($"a type of its schema has {bits} bits");

    private static ArrowField? IndexOf(FlatTable? dictionary) => dictionary is not { } encoding ? null
        : encoding.Table(1) is { } index ? new ArrowField("", ArrowKind.Int, Whole(index.Int32(0)), index.Byte(1), [], [], null, null)
        : new ArrowField("", ArrowKind.Int, 4, 1, [], [], null, null);

    private static int[] TypeIdsOf(ArrowKind kind, FlatTable type, int children)
    {
        if (kind != ArrowKind.Union)
        {
            return [];
        }

        var ids = type.Vector(1, sizeof(int), out var length);
        return length == 0 ? [.. Enumerable.Range(0, children)] : [.. Enumerable.Range(0, length).Select(i => BitConverter.ToInt32(ids.Span[(4 * i)..]))];
    }

    private static int Expected(ArrowField field) => field.Kind switch
    {
        ArrowKind.List or ArrowKind.LargeList or ArrowKind.FixedSizeList or ArrowKind.Map or ArrowKind.ListView or ArrowKind.LargeListView => 1,
        ArrowKind.RunEndEncoded => 2,
        ArrowKind.Struct => field.Children.Count,
        ArrowKind.Union => field.TypeIds.Count,
        _ => 0,
    };
}
