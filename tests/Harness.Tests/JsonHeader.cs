using System.Buffers.Binary;

namespace Harness.Tests;

/// <summary>Looks at a safetensors file without the code under test.</summary>
internal static class JsonHeader
{
    /// <summary>Bytes of all tensors.</summary>
    public static long DataBytes(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
