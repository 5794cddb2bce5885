using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Arrow;

/// <summary>Hands the nodes and buffers of a record batch out to its fields, depth first as they are laid out.</summary>
internal sealed class ArrowBatch
{
    private const int EntryBytes = 16;
    private readonly SafeFileHandle _file;
    private readonly ArrowMessage _message;
    private readonly IReadOnlyDictionary<long, List<ArrowColumn>> _dictionaries;
    private readonly int _codec;
    private ReadOnlyMemory<byte> _nodes;
    private ReadOnlyMemory<byte> _buffers;
    private ReadOnlyMemory<byte> _variadic;

    /// <param name="table">The <c>RecordBatch</c>, of a dictionary the one within it.</param>
    public ArrowBatch(SafeFileHandle file, ArrowMessage message, FlatTable table, IReadOnlyDictionary<long, List<ArrowColumn>> dictionaries)
    {
        (_file, _message, _dictionaries) = (file, message, dictionaries);
        Rows = table.Int64(0);
        _nodes = table.Vector(1, EntryBytes, out _);
        _buffers = table.Vector(2, EntryBytes, out _);
        _variadic = table.Vector(4, sizeof(long), out _);
        _codec = table.Table(3) is { } compression ? compression.Byte(0) : -1;
        if (_codec > 1)
        {
            throw new NotSupportedException($"compression {_codec}");
        }
    }

    public long Rows { get; }

    /// <summary>The next field's values.</summary>
    /// <param name="asEntries">The field's dictionary itself, not indices into it.</param>
    public ArrowColumn Next(ArrowField field, bool asEntries = false)
    {
        var length = BinaryPrimitives.ReadInt64LittleEndian(_nodes.Span);
        _nodes = _nodes[EntryBytes..];
        if (field.DictionaryId is { } id && !asEntries)
        {
            var entries = _dictionaries.TryGetValue(id, out var known) ? known : [];
            return new ArrowColumn(field, length, Buffer(), [Buffer()], [], entries);
        }

        var validity = HasValidity(field) ? Buffer() : null;
        var buffers = new ArrowBuffer[Buffers(field)];
        for (var i = 0; i < buffers.Length; i++)
        {
            buffers[i] = Buffer();
        }

        return new ArrowColumn(field, length, validity, buffers, [.. field.Children.Select(child => Next(child))], null);
    }

    // version 4 of the metadata, numbered 3, still gave unions one
    private bool HasValidity(ArrowField field) =>
        field.Kind is not (ArrowKind.Null or ArrowKind.RunEndEncoded or ArrowKind.Union) || (field.Kind == ArrowKind.Union && _message.Version < 4);

    private int Buffers(ArrowField field)
    {
        switch (field.Kind)
        {
            case ArrowKind.Null or ArrowKind.Struct or ArrowKind.FixedSizeList or ArrowKind.RunEndEncoded:
                return 0;
            case ArrowKind.Binary or ArrowKind.Utf8 or ArrowKind.LargeBinary or ArrowKind.LargeUtf8 or ArrowKind.ListView or ArrowKind.LargeListView:
                return 2;
            case ArrowKind.Union:
                return 1 + field.Parameter;
            case ArrowKind.BinaryView or ArrowKind.Utf8View:
                var more = BinaryPrimitives.ReadInt64LittleEndian(_variadic.Span);
                _variadic = _variadic[sizeof(long)..];
                return more >= 0 && more <= _buffers.Length / EntryBytes ? 1 + (int)more : throw new CorruptDataException($"a column of {more} buffers");
            case > ArrowKind.LargeListView or ArrowKind.None:
                throw new NotSupportedException($"type {field.Kind:d} in column '{field.Name}'");
            default:
                return 1;
        }
    }

    private ArrowBuffer Buffer()
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(_buffers.Span);
        var length = BinaryPrimitives.ReadInt64LittleEndian(_buffers.Span[8..]);
        _buffers = _buffers[EntryBytes..];
        return offset >= 0 && length >= 0 && offset <= _message.BodyBytes - length
            ? new ArrowBuffer(_file, _message.Body + offset, length, _codec)
            : throw new CorruptDataException($"a buffer at {offset} of {length} bytes reaches beyond its batch");
    }
}
