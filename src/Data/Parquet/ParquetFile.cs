using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Parquet;

/// <summary>
/// Reads Apache Parquet (apache/parquet-format 2.11): one page of each column at a time, statistics and indexes ignored, page checksums checked
/// where present. What the file breaks or this reader lacks is an <see cref="InputException"/> that names file, column and reason.
/// </summary>
public sealed class ParquetFile : IDisposable
{
    private const int TailBytes = 8;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly DamageGuard _guard;
    private readonly FileMetadata _metadata;
    private readonly IReadOnlyList<SchemaNode> _columns;

    private ParquetFile(string path, SafeFileHandle file)
    {
        (_path, _file, _guard) = (path, file, new DamageGuard(path));
        (_metadata, _columns) = _guard.Run<(FileMetadata, IReadOnlyList<SchemaNode>)>(() => null, () =>
        {
            var footer = FileMetadata.Read(ReadFooter(file));
            var tree = new SchemaTree(footer.Schema).Build();
            var leaves = tree.Count == 0 ? 0 : tree[^1].Leaves.End.Value;
            if (footer.RowGroups.Any(group => group.Columns.Count != leaves || group.Rows < 0))
            {
                throw new CorruptDataException("its row groups do not have the schema's columns");
            }

            if (leaves == 0 && footer.Rows > 0)
            {
                throw new CorruptDataException($"it has {footer.Rows} rows without a column");
            }

            return footer.RowGroups.Sum(group => group.Rows) == footer.Rows
                ? (footer, tree)
                : throw new CorruptDataException($"its footer counts {footer.Rows} rows, its row groups others");
        });
    }

    /// <summary>Rows in the file.</summary>
    public long RowCount => _metadata.Rows;

    // writers of empty row groups leave their offsets unset
    private IEnumerable<RowGroup> RowGroups => _metadata.RowGroups.Where(group => group.Rows > 0);

    /// <summary>Names of the top-level columns in file order.</summary>
    public IReadOnlyList<string> Columns => _columns.Select(column => column.Name).ToArray();

    /// <summary>Opens a file and reads its footer.</summary>
    public static ParquetFile Open(string path)
    {
        var file = InputStream.OpenHandle(path);
        try
        {
            return new ParquetFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The values of a column in row order. <typeparamref name="T"/>: bool, int, long (also of int columns), float, double (also of float columns),
    /// string or ReadOnlyMemory&lt;byte&gt; (text and binary columns; strings may be null, all other types refuse a null). Fields of structs are named <c>a.b</c>.
    /// </summary>
    public IEnumerable<T?> ReadColumn<T>(string name)
    {
        var leaf = Find(name);
        Func<string> column = () => name;
        long row = 0;
        foreach (var group in RowGroups)
        {
            var next = _guard.Run(column, () => ColumnValues.Of<T>(OpenCursor(leaf, group)))
                ?? throw new InputException($"{_path}: column '{name}' holds {ColumnValues.Describe(leaf)}, not {ColumnValues.Describe(typeof(T))}.");
            for (var last = row + group.Rows; row < last; row++)
            {
                var value = _guard.Run(column, next);
                if (value is null && typeof(T) != typeof(string))
                {
                    throw new InputException($"{_path}: column '{name}' is null in row {row + 1}; a value is needed in every row.");
                }

                yield return value is { } present ? present.Value : default;
            }
        }
    }

    /// <summary>The rows as UTF-8 JSON objects with the columns in file order. A row's memory is overwritten by the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Rows()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, JsonForm.Options);
        foreach (var group in RowGroups)
        {
            var cursors = _columns.SelectMany(column => Leaves(column).Select(leaf => _guard.Run(() => column.Name, () => OpenCursor(leaf, group)))).ToArray();
            var rows = new RowWriter(_columns, cursors);
            Func<ReadOnlyMemory<byte>> next = () => rows.Next(writer, buffer);
            Func<string?> column = () => rows.Column;
            for (long row = 0; row < group.Rows; row++)
            {
                yield return _guard.Run(column, next);
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static byte[] ReadFooter(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[TailBytes];
        if (length < TailBytes + 4 || RandomAccess.Read(file, tail, length - TailBytes) != TailBytes)
        {
            throw new CorruptDataException($"it has {length} bytes, too few for a Parquet file");
        }

        if (tail[4..].SequenceEqual("PARE"u8))
        {
            throw new NotSupportedException("an encrypted footer");
        }

        if (!tail[4..].SequenceEqual("PAR1"u8))
        {
            throw new CorruptDataException("it does not end with PAR1, so it is cut off or no Parquet file");
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (size < 0 || size > length - TailBytes - 4)
        {
            throw new CorruptDataException($"its footer of {size} bytes does not fit in {length} bytes");
        }

        var footer = new byte[size];
        RandomAccess.Read(file, footer, length - TailBytes - size);
        return footer;
    }

    private ColumnCursor OpenCursor(SchemaNode leaf, RowGroup group)
    {
        var chunk = group.Columns[leaf.FirstLeaf];
        if (chunk.OtherFile is not null || chunk.Encrypted)
        {
            throw new NotSupportedException(chunk.Encrypted ? "encryption" : $"a column kept in another file ({chunk.OtherFile})");
        }

        if (leaf.Repeats == 0 && chunk.Values != group.Rows)
        {
            throw new CorruptDataException($"it has {chunk.Values} values in a row group of {group.Rows} rows");
        }

        return LeafFormat.Open(_file, leaf, OldWriters.Mend(chunk, _metadata.Writer, RandomAccess.GetLength(_file)));
    }

    private SchemaNode Find(string name)
    {
        var node = _columns.FirstOrDefault(column => column.Name == name);
        if (node is null)
        {
            var level = _columns;
            foreach (var part in name.Split('.'))
            {
                node = level.FirstOrDefault(column => column.Name == part)
                    ?? throw new InputException($"{_path} has no column '{name}'. Its columns: {string.Join(", ", Columns)}.");
                level = node.Kind == NodeKind.Struct ? node.Children : [];
            }
        }

        return node is { Kind: NodeKind.Leaf } ? node : throw new InputException(
            $"{_path}: column '{name}' is a {node!.Kind.ToString().ToLowerInvariant()}; a column of plain values is needed.");
    }

    private static IEnumerable<SchemaNode> Leaves(SchemaNode node) =>
        node.Kind == NodeKind.Leaf ? [node] : node.Children.SelectMany(Leaves);
}
