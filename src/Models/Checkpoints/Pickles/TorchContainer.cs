using System.IO.Compression;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>A storage's bytes: [<paramref name="Begin"/>, <paramref name="Begin"/> + <paramref name="Bytes"/>) of the file, deflated or as they are.</summary>
internal sealed record StorageRange(long Begin, long StoredBytes, long Bytes, bool IsDeflated)
{
    /// <summary>The bytes of a deflated storage.</summary>
    public byte[] Inflate(string path)
    {
        using var file = File.OpenRead(path);
        file.Position = Begin;
        using var inflater = new DeflateStream(file, CompressionMode.Decompress);
        var bytes = new byte[Bytes];
        try
        {
            inflater.ReadExactly(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{path}: the deflated bytes from {Begin} on are damaged. Copy or download the file again.", e);
        }

        return bytes;
    }
}

/// <summary>What a file of torch.save holds: the pickled object, and where the bytes of its storages lie.</summary>
internal sealed record TorchContainer(object? Root, IReadOnlyDictionary<string, StorageRange> Storages)
{
    // the tar form had its magic where every tar file has it
    private const int TarMagicAt = 257;

    /// <summary>Reads the pickle and no weights; either form of torch.save.</summary>
    /// <exception cref="InputException">The file is no such file, damaged, or asks for more than data.</exception>
    public static TorchContainer Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; a file of torch.save was expected there.");
        }

        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[TarMagicAt + 5];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (start.StartsWith("PK\x03\x04"u8))
        {
            return TorchZip.Read(path, stream);
        }

        if (start is [(byte)PickleOpcode.Proto, ..])
        {
            return TorchStream.Read(path, stream);
        }

        throw new InputException(
            GitLfs.IsPointer(start) ? GitLfs.Describe(path)
            : start.Length > TarMagicAt && start[TarMagicAt..].SequenceEqual("ustar"u8)
                ? $"{path} is a tar file, as torch.save wrote them before version 0.1.10, which is not supported. Load and save it with any later torch."
            : $"{path} is no file of torch.save: it begins with neither a zip file's nor a pickle's first bytes. It is another format, or damaged.");
    }

    /// <summary>The storage that a pickle names by ('storage', type, key, location, elements, …).</summary>
    public static PickledStorage Storage(PickleReader reader, Dictionary<string, PickledStorage> known, object?[] id)
    {
        if (id is not ["storage", PickledGlobal { IsStorage: true } type, string key, string, long and >= 0 and var elements, ..])
        {
            throw reader.Refused(id is [string kind, ..] and not ["storage", ..] ? $"a '{kind}' from outside the pickle" : "a storage of an unknown kind");
        }

        var storage = known.GetValueOrDefault(key) ?? new PickledStorage(key, type.Type, elements);
        known[key] = storage;
        return storage.Type == type.Type && storage.Elements == elements ? storage : throw reader.Damaged($"storage '{key}' has two types or lengths");
    }
}
