using System.Buffers.Binary;
using System.Text;

namespace Harness.Models.Tests.Checkpoints;

/// <summary>Safetensors files spelt out by hand, sound or not.</summary>
internal static class RawSafetensors
{
    /// <summary>The header's length, the header as given, and that many bytes of data (0, 1, 2, …).</summary>
    public static string Write(string path, string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        for (var i = 0; i < dataBytes; i++)
        {
            bytes[8 + json.Length + i] = (byte)i;
        }

        File.WriteAllBytes(path, bytes);
        return path;
    }
}
