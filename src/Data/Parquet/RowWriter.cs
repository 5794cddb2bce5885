using System.Buffers;
using System.Text.Json;

namespace Harness.Data.Parquet;

/// <summary>
/// Puts the rows of a row group together from its columns (the assembly of Dremel, Melnik et al. 2010, read off the levels) as JSON:
/// a struct is an object, a list an array, a map an array of [key, value].
/// </summary>
internal sealed class RowWriter(IReadOnlyList<SchemaNode> columns, ColumnCursor[] cursors)
{
    /// <summary>The column that was read last.</summary>
    public string? Column { get; private set; }

    /// <summary>The next row as an object in UTF-8, written over what <paramref name="buffer"/> held.</summary>
    public ReadOnlyMemory<byte> Next(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        foreach (var column in columns)
        {
            Column = column.Name;
            writer.WritePropertyName(column.Name);
            CheckBetweenRows(column);
            Write(writer, column);
            CheckBetweenRows(column);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>A row begins where the repetition level is 0, in all of its columns.</summary>
    private void CheckBetweenRows(SchemaNode column)
    {
        if (column.Kind == NodeKind.Leaf)
        {
            return;
        }

        foreach (var cursor in cursors[column.Leaves])
        {
            if (cursor.Repetition > 0)
            {
                throw new CorruptDataException("its repetition levels contradict its rows");
            }
        }
    }

    private void Write(Utf8JsonWriter writer, SchemaNode node)
    {
        var cursor = cursors[node.FirstLeaf];
        if (cursor.AtEnd)
        {
            throw new CorruptDataException("it ends before its row group does");
        }

        if (cursor.Definition < node.Defined)
        {
            writer.WriteNullValue();
            AdvanceAll(node);
            return;
        }

        switch (node.Kind)
        {
            case NodeKind.Leaf:
                cursor.WriteValue(writer);
                cursor.Advance();
                break;
            case NodeKind.Struct:
                writer.WriteStartObject();
                foreach (var field in node.Children)
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field);
                }

                writer.WriteEndObject();
                break;
            default:
                WriteElements(writer, node, cursor);
                break;
        }
    }

    private void WriteElements(Utf8JsonWriter writer, SchemaNode node, ColumnCursor cursor)
    {
        writer.WriteStartArray();
        if (cursor.Definition < node.ElementDefined)
        {
            AdvanceAll(node);
        }
        else
        {
            do
            {
                if (node.Kind == NodeKind.List)
                {
                    Write(writer, node.Children[0]);
                }
                else
                {
                    WritePair(writer, node);
                }
            }
            while (cursor.Repetition == node.Repeats);
        }

        writer.WriteEndArray();
    }

    private void WritePair(Utf8JsonWriter writer, SchemaNode map)
    {
        writer.WriteStartArray();
        foreach (var part in map.Children)
        {
            Write(writer, part);
        }

        writer.WriteEndArray();
    }

    /// <summary>A missing or empty node has one entry in each of its columns.</summary>
    private void AdvanceAll(SchemaNode node)
    {
        foreach (var cursor in cursors[node.Leaves])
        {
            if (cursor.AtEnd)
            {
                throw new CorruptDataException("it ends before its row group does");
            }

            cursor.Advance();
        }
    }
}
