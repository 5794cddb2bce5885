using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Arrow;

/// <summary>
/// Reads Apache Arrow's IPC streams and files (apache/arrow, format version 1.5), as <c>datasets.save_to_disk</c> writes them: one batch at a time, plain or
/// compressed, dictionaries with their deltas and replacements. What the file breaks or this reader lacks is an <see cref="InputException"/>.
/// </summary>
public sealed class ArrowFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly DamageGuard _guard;
    private readonly IReadOnlyList<ArrowField> _fields;

    private ArrowFile(string path, SafeFileHandle file)
    {
        (_path, _file, _guard) = (path, file, new DamageGuard(path));
        _fields = _guard.Run(() => null, () => new ArrowMessages(file).All().FirstOrDefault() is { Kind: ArrowMessageKind.Schema } first
            ? ArrowField.ReadSchema(first.Header)
            : throw new CorruptDataException("it does not begin with a schema"));
    }

    /// <summary>Names of the top-level columns in file order.</summary>
    public IReadOnlyList<string> Columns => [.. _fields.Select(column => column.Name)];

    /// <summary>Opens a file and reads its schema.</summary>
    public static ArrowFile Open(string path)
    {
        var file = InputStream.OpenHandle(path);
        try
        {
            return new ArrowFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rows as UTF-8 JSON objects with the columns in file order. A row's memory is overwritten by the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Rows()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, JsonForm.Options);
        string? column = null;
        foreach (var (columns, rows) in Batches())
        {
            for (var row = 0L; row < rows; row++)
            {
                var at = row;
                yield return _guard.Run(() => column, () =>
                {
                    buffer.ResetWrittenCount();
                    writer.Reset();
                    writer.WriteStartObject();
                    foreach (var values in columns)
                    {
                        column = values.Field.Name;
                        writer.WritePropertyName(column);
                        values.Write(writer, at);
                    }

                    writer.WriteEndObject();
                    writer.Flush();
                    return buffer.WrittenMemory;
                });
            }
        }
    }

    /// <summary>The values of a column of text or bytes in row order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadBytes(string name)
    {
        var index = Columns.ToList().IndexOf(name);
        if (index < 0)
        {
            throw new InputException($"{_path} has no column '{name}'. Its columns: {string.Join(", ", Columns)}.");
        }

        if (_fields[index].Kind is not (ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View or ArrowKind.Binary or ArrowKind.LargeBinary or ArrowKind.BinaryView))
        {
            throw new InputException($"{_path}: column '{name}' holds values of type {FormatName.Of(_fields[index].Kind)}, not text.");
        }

        var number = 0L;
        foreach (var (columns, rows) in Batches())
        {
            for (var row = 0L; row < rows; row++)
            {
                number++;
                var at = row;
                yield return _guard.Run<ReadOnlyMemory<byte>?>(() => name, () => columns[index].IsNull(at) ? default(ReadOnlyMemory<byte>?) : columns[index].Bytes(at))
                    ?? throw new InputException($"{_path}: column '{name}' is null in row {number}; a value is needed in every row.");
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private IEnumerable<(ArrowColumn[] Columns, long Rows)> Batches()
    {
        var dictionaries = new Dictionary<long, List<ArrowColumn>>();
        using var messages = new ArrowMessages(_file).All().GetEnumerator();
        while (_guard.Run(() => null, messages.MoveNext))
        {
            var message = messages.Current;
            if (message.Kind == ArrowMessageKind.DictionaryBatch)
            {
                _guard.Run(() => null, () => ReadDictionary(message, dictionaries));
            }
            else if (message.Kind == ArrowMessageKind.RecordBatch)
            {
                yield return _guard.Run(() => null, () => ReadBatch(message, dictionaries));
            }
        }
    }

    private (ArrowColumn[] Columns, long Rows) ReadBatch(ArrowMessage message, Dictionary<long, List<ArrowColumn>> dictionaries)
    {
        var batch = new ArrowBatch(_file, message, message.Header, dictionaries);
        ArrowColumn[] columns = [.. _fields.Select(field => batch.Next(field))];
        return columns.FirstOrDefault(column => column.Length != batch.Rows) is { } other
            ? throw new CorruptDataException($"a batch of {batch.Rows} rows has {other.Length} values in column '{other.Field.Name}'")
            : columns.Length == 0 && batch.Rows > 0 ? throw new CorruptDataException($"it has {batch.Rows} rows without a column")
            : (columns, batch.Rows);
    }

    private bool ReadDictionary(ArrowMessage message, Dictionary<long, List<ArrowColumn>> dictionaries)
    {
        var id = message.Header.Int64(0);
        var field = _fields.SelectMany(column => column.All).FirstOrDefault(candidate => candidate.DictionaryId == id)
            ?? throw new CorruptDataException($"its schema knows no dictionary {id}");
        var table = message.Header.Table(1) ?? throw new CorruptDataException($"dictionary {id} has no values");
        var entries = new ArrowBatch(_file, message, table, dictionaries).Next(field, asEntries: true);
        var isDelta = message.Header.Bool(2);
        dictionaries[id] = isDelta && dictionaries.TryGetValue(id, out var known) ? [.. known, entries] : [entries];
        return isDelta;
    }
}
