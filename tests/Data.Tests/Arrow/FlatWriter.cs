using System.Text;

namespace Harness.Data.Tests.Arrow;

/// <summary>Writes FlatBuffers, enough for small Arrow messages. A table is its fields in order: null (absent), a number, a text, a table, tables, or the bytes of a vector.</summary>
internal static class FlatWriter
{
    /// <summary>A vector of structs: how many, and their bytes.</summary>
    public sealed record Vector(int Count, byte[] Bytes);

    public static byte[] Root(params object?[] fields)
    {
        var output = new List<byte>(new byte[4]);
        Point(output, 0, Table(output, fields));
        return [.. output];
    }

    private static int Table(List<byte> output, object?[] fields)
    {
        var vtable = output.Count;
        output.AddRange(BitConverter.GetBytes((ushort)(4 + (2 * fields.Length))));
        output.AddRange(new byte[2 + (2 * fields.Length)]);
        Align(output, 4);
        var table = output.Count;
        output.AddRange(BitConverter.GetBytes(table - vtable));
        var references = new List<(int At, object Value)>();
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i] is not { } value)
            {
                continue;
            }

            Align(output, value is long ? 8 : 4);
            BitConverter.GetBytes((ushort)(output.Count - table)).CopyTo(output, vtable + 4 + (2 * i));
            if (value is not (byte or short or int or long))
            {
                references.Add((output.Count, value));
            }

            output.AddRange(value switch
            {
                byte number => [number],
                short number => BitConverter.GetBytes(number),
                int number => BitConverter.GetBytes(number),
                long number => BitConverter.GetBytes(number),
                _ => new byte[4],
            });
        }

        foreach (var (at, value) in references)
        {
            Align(output, 4);
            Point(output, at, value switch
            {
                object?[][] tables => Tables(output, tables),
                object?[] inner => Table(output, inner),
                string text => Bytes(output, text.Length, [.. Encoding.UTF8.GetBytes(text), 0]),
                _ => Bytes(output, ((Vector)value).Count, ((Vector)value).Bytes),
            });
        }

        return table;
    }

    private static int Tables(List<byte> output, object?[][] tables)
    {
        var start = output.Count;
        output.AddRange(BitConverter.GetBytes(tables.Length));
        output.AddRange(new byte[4 * tables.Length]);
        for (var i = 0; i < tables.Length; i++)
        {
            Align(output, 4);
            Point(output, start + 4 + (4 * i), Table(output, tables[i]));
        }

        return start;
    }

    private static int Bytes(List<byte> output, int count, byte[] bytes)
    {
        var start = output.Count;
        output.AddRange(BitConverter.GetBytes(count));
        output.AddRange(bytes);
        return start;
    }

    private static void Point(List<byte> output, int at, int target) => BitConverter.GetBytes(target - at).CopyTo(output, at);

    private static void CopyTo(this byte[] bytes, List<byte> output, int at)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            output[at + i] = bytes[i];
        }
    }

    private static void Align(List<byte> output, int size)
    {
        while (output.Count % size != 0)
        {
            output.Add(0);
        }
    }
}
