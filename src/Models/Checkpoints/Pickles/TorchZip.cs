namespace Harness.Models.Checkpoints.Pickles;

/// <summary>torch.save since version 1.6: a zip file with <c>ROOT/data.pkl</c> and a file <c>ROOT/data/KEY</c> for each storage, stored as it is.</summary>
internal static class TorchZip
{
    private const string Pickle = "data.pkl";

    // names and shapes of tensors: 1 MB for the largest checkpoints
    private const long LongestPickle = 256 << 20;

    public static TorchContainer Read(string path, Stream stream)
    {
        var zip = new ZipDirectory(path, stream);
        var pickle = zip.Entries.FirstOrDefault(entry => entry.Name.EndsWith($"/{Pickle}", StringComparison.Ordinal) && entry.Name.Count(c => c == '/') == 1)
            ?? throw new InputException($"{path} is a zip file without {Pickle}, which torch.save writes into its only folder. It is another format.");
        var root = pickle.Name[..^Pickle.Length];
        if (zip.Entries.FirstOrDefault(entry => entry.Name == $"{root}byteorder") is { } order && !Content(path, zip, order).AsSpan().SequenceEqual("little"u8))
        {
            throw new InputException($"{path} was saved on a big-endian machine; only little-endian files are read. Save it again on such a machine, or as safetensors.");
        }

        var storages = new Dictionary<string, PickledStorage>(StringComparer.Ordinal);
        var reader = new PickleReader(new MemoryStream(Content(path, zip, pickle)), path);
        var value = new PickleMachine(reader, (at, id) => TorchContainer.Storage(at, storages, id)).Run();

        var entries = zip.Entries.Where(entry => entry.Name.StartsWith($"{root}data/", StringComparison.Ordinal)).ToLookup(entry => entry.Name[(root.Length + 5)..]);
        return new TorchContainer(value, storages.Values.ToDictionary(storage => storage.Key, storage => Range(path, zip, storage, entries[storage.Key].FirstOrDefault())));
    }

    private static StorageRange Range(string path, ZipDirectory zip, PickledStorage storage, ZipEntry? entry)
    {
        if (entry is null || entry.Bytes < storage.Bytes)
        {
            throw new InputException(
                $"{path}: storage '{storage.Key}' of {storage.Bytes} bytes has {entry?.Bytes ?? 0} in the file. The file is damaged; copy or download it again.");
        }

        return new StorageRange(zip.DataOf(entry), entry.StoredBytes, entry.Bytes, entry.IsDeflated);
    }

    private static byte[] Content(string path, ZipDirectory zip, ZipEntry entry)
    {
        var begin = zip.DataOf(entry);
        if (entry.Bytes > LongestPickle)
        {
            throw new InputException($"{path}: its {entry.Name} has {entry.Bytes} bytes; up to {LongestPickle} were expected. Save the weights alone.");
        }

        var range = new StorageRange(begin, entry.StoredBytes, entry.Bytes, entry.IsDeflated);
        return entry.IsDeflated ? range.Inflate(path) : FileBytes.Read(path, begin, entry.Bytes);
    }
}
