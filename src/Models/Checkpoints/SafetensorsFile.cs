using System.Buffers.Binary;

namespace Harness.Models.Checkpoints;

/// <summary>A safetensors file, read without a tensor library: what it holds, and the bytes or whole numbers of one tensor.</summary>
public sealed partial class SafetensorsFile
{
    private SafetensorsFile(string path, SafetensorsHeader header) => (Path, Header) = (path, header);

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Reads and checks the header; no handle stays open.</summary>
    /// <exception cref="InputException">The file is absent, truncated or damaged.</exception>
    public static SafetensorsFile Open(string path) => new(path, SafetensorsHeaderReader.Read(path));

    /// <summary>A tensor's entry.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => Header.Find(name) ?? throw AbsentTensor.In(Path, name, Header.Entries);

    /// <summary>A tensor's bytes as stored, up to 2 GB.</summary>
    public byte[] ReadBytes(string name)
    {
        var entry = Entry(name);
        using var handle = File.OpenHandle(Path);
        var bytes = new byte[entry.Bytes];
        ReadExactly(handle, bytes, entry.Begin);
        return bytes;
    }

    /// <summary>A tensor's elements, row-major, of whatever integer type it is stored in.</summary>
    /// <exception cref="InputException">No such tensor, it does not hold integers, or one exceeds 64 bits with sign.</exception>
    public long[] ReadInt64s(string name)
    {
        var entry = Entry(name);
        if (entry.Type is ElementType.Bool || entry.Type.IsFloatingPoint())
        {
            throw new InputException($"{Path}: tensor '{name}' has dtype {entry.Type.StoredName()}; whole numbers were expected, I64 for example.");
        }

        var bytes = ReadBytes(name);
        var numbers = new long[bytes.Length / entry.Type.Bytes()];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Integer(entry.Type, bytes.AsSpan(i * entry.Type.Bytes()))
                ?? throw new InputException($"{Path}: tensor '{name}' holds a number above {long.MaxValue} at element {i}; store it as I64.");
        }

        return numbers;
    }

    /// <summary>Copies a tensor's bytes as stored to <paramref name="target"/>.</summary>
    public void CopyTo(string name, Stream target)
    {
        var entry = Entry(name);
        using var handle = File.OpenHandle(Path, options: FileOptions.SequentialScan);
        var buffer = new byte[Math.Min(entry.Bytes, 4 << 20)];
        for (var position = entry.Begin; position < entry.End;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.End - position));
            ReadExactly(handle, part, position);
            target.Write(part);
            position += part.Length;
        }
    }

    private void ReadExactly(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(handle, bytes, position);
            if (read == 0)
            {
                throw new InputException($"{Path} became shorter while it was read. Leave the checkpoint unchanged during a run.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    private static long? Integer(ElementType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.UInt8 => bytes[0],
        ElementType.Int8 => (sbyte)bytes[0],
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var number and <= long.MaxValue ? (long)number : null,
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };
}
