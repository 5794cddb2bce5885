using System.Buffers.Binary;
using System.IO.Compression;

namespace Harness.Tests.Shared;

/// <summary>Writes files as torch.save does, from pickles spelt out.</summary>
public static class TorchSave
{
    /// <summary>A zip file: the pickle and the storages' bytes by their keys. Nothing is aligned, unlike in torch's own files.</summary>
    public static string ZipOf(string path, byte[] pickle, IReadOnlyDictionary<string, byte[]> storages, string root = "archive", bool deflated = false, string byteOrder = "little")
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            using var stream = zip.CreateEntry($"{root}/{name}", deflated ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }

        Add("data.pkl", pickle);
        Add("byteorder", System.Text.Encoding.ASCII.GetBytes(byteOrder));
        foreach (var (key, bytes) in storages)
        {
            Add($"data/{key}", bytes);
        }

        return path;
    }

    /// <summary>A zip file of a dictionary of tensors.</summary>
    public static string Zip(string path, IEnumerable<SavedTensor> tensors, IReadOnlyDictionary<string, byte[]> storages, bool deflated = false) =>
        ZipOf(path, new PickleAssembler().Dictionary(tensors).ToArray(), storages, deflated: deflated);

    /// <summary>The form before torch 1.6: pickles one after the other, then each storage's length in elements and its bytes.</summary>
    public static string Stream(string path, IEnumerable<SavedTensor> tensors, IReadOnlyDictionary<string, (byte[] Bytes, int ElementBytes)> storages, bool littleEndian = true)
    {
        var pickles = new PickleAssembler()
            .Protocol().Raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Raw(".")
            .Protocol().Raw("M").Raw(0xe9, 0x03).Raw(".")
            .Protocol().Raw("}(").Text("protocol_version").Number(1001).Text("little_endian").Raw(littleEndian ? (byte)0x88 : (byte)0x89).Raw("u.")
            .Dictionary(tensors, inStream: true)
            .Protocol().Raw("](");
        foreach (var key in storages.Keys)
        {
            pickles.Text(key);
        }

        using var file = File.Create(path);
        Span<byte> elements = stackalloc byte[8];
        file.Write(pickles.Raw("e.").ToArray());
        foreach (var (bytes, elementBytes) in storages.Values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(elements, bytes.Length / elementBytes);
            file.Write(elements);
            file.Write(bytes);
        }

        return path;
    }
}
