using System.Globalization;

namespace Harness.Data;

/// <summary>SHA-256 of files. A file of unchanged path, size and time of writing is hashed only once when there is a cache folder.</summary>
public sealed class FileHashes(string? cacheFolder)
{
    /// <summary>The folder within the cache in which hashes lie.</summary>
    public const string CacheKind = "file-hashes";

    private const int HashLength = 64;

    /// <summary>The hash of the file's bytes, lower-case hex.</summary>
    public string Of(string path)
    {
        if (cacheFolder is null)
        {
            return ContentKey.OfFile(path);
        }

        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        var identity = string.Create(CultureInfo.InvariantCulture, $"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}");
        var memo = Path.Combine(cacheFolder, CacheKind, ContentKey.OfText(identity));
        if (File.Exists(memo) && File.ReadAllText(memo) is { Length: HashLength } known)
        {
            return known;
        }

        var hash = ContentKey.OfFile(path);
        Durable.WriteText(memo, hash);
        return hash;
    }
}
