using System.Buffers.Binary;

namespace Harness.Models.Checkpoints;

/// <summary>A safetensors file, read without a tensor library: what it holds, and the bytes or whole numbers of one tensor.</summary>
public sealed partial class SafetensorsFile : ITensorFile
{
    private SafetensorsFile(string path, SafetensorsHeader header) => (Path, Header) = (path, header);

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    IReadOnlyList<StoredTensor> ITensorFile.Tensors => Header.Tensors;

    IReadOnlyDictionary<string, string>? ITensorFile.Metadata => Header.Metadata;

    StoredTensor ITensorFile.Find(string name) => Entry(name).Tensor;

    /// <summary>Reads and checks the header; no handle stays open.</summary>
    /// <exception cref="InputException">The file is absent, truncated or damaged.</exception>
    public static SafetensorsFile Open(string path) => new(path, SafetensorsHeaderReader.Read(path));

    /// <summary>A tensor's entry.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => Header.Find(name) ?? throw AbsentTensor.In(Path, name, Header.Tensors);

    /// <summary>A tensor's bytes as stored, up to 2 GB.</summary>
    public byte[] ReadBytes(string name)
    {
        var entry = Entry(name);
        return FileBytes.Read(Path, entry.Begin, entry.Bytes);
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

    /// <inheritdoc/>
    public void CopyTo(string name, Stream target)
    {
        var entry = Entry(name);
        FileBytes.Copy(Path, entry.Begin, entry.End, target);
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
