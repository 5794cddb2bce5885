using System.Buffers.Binary;
using System.Text;

namespace Harness.Tests.Shared;

/// <summary>Safetensors files from a header spelt out, sound or not.</summary>
public static class SafetensorsText
{
    /// <summary>Writes the header's length, the header and the data; returns the path.</summary>
    public static string Write(string path, string header, ReadOnlySpan<byte> data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        data.CopyTo(bytes.AsSpan(8 + json.Length));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A file with one tensor <c>input_ids</c> of int64.</summary>
    public static string WriteIds(string path, long[] ids, params int[] shape)
    {
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids.AsSpan());
        return Write(path, $$$"""{"input_ids":{"dtype":"I64","shape":[{{{string.Join(',', shape)}}}],"data_offsets":[0,{{{bytes.Length}}}]}}""", bytes);
    }
}
