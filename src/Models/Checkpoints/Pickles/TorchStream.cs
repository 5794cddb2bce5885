using System.Globalization;
using System.Numerics;

namespace Harness.Models.Checkpoints.Pickles;

/// <summary>
/// torch.save before version 1.6: one pickle after the other (a magic number, the protocol, what the machine was, the object, the storages' keys), then each storage's
/// length as 8 bytes and its elements.
/// </summary>
internal static class TorchStream
{
    private const long Protocol = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("01950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static TorchContainer Read(string path, Stream stream)
    {
        var reader = new PickleReader(new BufferedStream(stream, 1 << 16), path);
        var storages = new Dictionary<string, PickledStorage>(StringComparer.Ordinal);
        object? Next() => new PickleMachine(reader, (at, id) => Storage(at, storages, id)).Run();

        if (Next() is not BigInteger magic || magic != Magic || Next() is not Protocol)
        {
            throw new InputException($"{path} is a pickle, but none of torch.save's: it does not begin with torch's magic number and protocol {Protocol}.");
        }

        if (Next() is not PickledDictionary machine || machine.Find("little_endian") is not true)
        {
            throw new InputException($"{path} was saved on a big-endian machine; only little-endian files are read. Save it again on such a machine, or as safetensors.");
        }

        var value = Next();
        if (Next() is not List<object?> keys || !keys.All(key => key is string text && storages.ContainsKey(text)) || keys.Count != storages.Count || keys.Distinct().Count() != storages.Count)
        {
            throw reader.Damaged("the keys behind the object are not those of its storages");
        }

        var ranges = new Dictionary<string, StorageRange>(StringComparer.Ordinal);
        foreach (var storage in keys.Select(key => storages[(string)key!]))
        {
            ranges.Add(storage.Key, Range(path, reader, storage));
        }

        return new TorchContainer(value, ranges);
    }

    private static StorageRange Range(string path, PickleReader reader, PickledStorage storage)
    {
        if (reader.Left < 8 || reader.Int64() is var elements && elements != storage.Elements || reader.Left < storage.Bytes)
        {
            throw new InputException($"{path} ends, or goes wrong, before the {storage.Bytes} bytes of storage '{storage.Key}'. The file is damaged; copy or download it again.");
        }

        return new StorageRange(reader.Skip(storage.Bytes), storage.Bytes, storage.Bytes, IsDeflated: false);
    }

    // a storage that was a window of another one says so in a last element: its key, where it begins, its length
    private static PickledStorage Storage(PickleReader reader, Dictionary<string, PickledStorage> known, object?[] id) => id.Length == 6 && id[5] is not null
        ? throw reader.Refused("a storage inside another one, as torch wrote before version 0.4")
        : TorchContainer.Storage(reader, known, id);
}
