using System.Buffers.Binary;
using System.Text;

namespace Harness.Tests.Shared;

/// <summary>Spells pickles out, instruction by instruction; names and bytes as Python's pickletools lists them.</summary>
public sealed class PickleAssembler
{
    private readonly MemoryStream _bytes = new();

    /// <summary>What has been written.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Bytes as they are: opcodes without arguments as their letters.</summary>
    public PickleAssembler Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>As <see cref="Raw(ReadOnlySpan{byte})"/>, of ASCII text.</summary>
    public PickleAssembler Raw(string text) => Raw(Encoding.ASCII.GetBytes(text));

    /// <summary>PROTO.</summary>
    public PickleAssembler Protocol(byte version = 2) => Raw(0x80, version);

    /// <summary>BINUNICODE.</summary>
    public PickleAssembler Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Raw("X").Raw(length).Raw(bytes);
    }

    /// <summary>LONG1 of eight bytes.</summary>
    public PickleAssembler Number(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Raw(0x8a, 8).Raw(bytes);
    }

    /// <summary>GLOBAL.</summary>
    public PickleAssembler Global(string module, string name) => Raw($"c{module}\n{name}\n");

    /// <summary>MARK, numbers, TUPLE.</summary>
    public PickleAssembler Numbers(params ReadOnlySpan<long> numbers)
    {
        Raw("(");
        foreach (var number in numbers)
        {
            Number(number);
        }

        return Raw("t");
    }

    /// <summary>The persistent id of a storage, as torch.save writes it.</summary>
    public PickleAssembler Storage(string type, string key, long elements, bool inStream = false)
    {
        Raw("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(elements);
        return Raw(inStream ? "NtQ" : "tQ");
    }

    /// <summary>A call of torch._utils._rebuild_tensor_v2.</summary>
    public PickleAssembler Tensor(SavedTensor tensor, bool inStream = false) => Global("torch._utils", "_rebuild_tensor_v2")
        .Raw("(").Storage(tensor.StorageType, tensor.Key, tensor.StorageElements, inStream).Number(tensor.Offset).Numbers(tensor.Shape).Numbers(tensor.Strides)
        .Raw(0x89).Global("collections", "OrderedDict").Raw(")RtR");

    /// <summary>A dictionary from names to tensors, and STOP.</summary>
    public PickleAssembler Dictionary(IEnumerable<SavedTensor> tensors, bool inStream = false)
    {
        Protocol().Raw("}(");
        foreach (var tensor in tensors)
        {
            Text(tensor.Name).Tensor(tensor, inStream);
        }

        return Raw("u.");
    }
}

/// <summary>A tensor in a file of torch.save: element [i, j, …] is element Offset + i·Strides[0] + j·Strides[1] + … of the storage.</summary>
public sealed record SavedTensor(string Name, string StorageType, string Key, long StorageElements, long Offset, long[] Shape, long[] Strides);
