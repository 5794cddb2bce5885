namespace Harness.Models.Checkpoints;

/// <summary>Ranges of a file's bytes.</summary>
internal static class FileBytes
{
    private const long ChunkBytes = 4 << 20;

    /// <summary>Up to 2 GB of them.</summary>
    public static byte[] Read(string path, long begin, long count)
    {
        using var handle = File.OpenHandle(path);
        var bytes = new byte[count];
        ReadExactly(path, handle, bytes, begin);
        return bytes;
    }

    /// <summary>Copies [<paramref name="begin"/>, <paramref name="end"/>) to <paramref name="target"/>.</summary>
    public static void Copy(string path, long begin, long end, Stream target)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = new byte[Math.Min(end - begin, ChunkBytes)];
        for (var position = begin; position < end;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position));
            ReadExactly(path, handle, part, position);
            target.Write(part);
            position += part.Length;
        }
    }

    private static void ReadExactly(string path, Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(handle, bytes, position);
            if (read == 0)
            {
                throw new InputException($"{path} became shorter while it was read. Leave the checkpoint unchanged during a run.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }
}
