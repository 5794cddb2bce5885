using System.Collections.Concurrent;

namespace Harness.Models.Checkpoints;

/// <summary>SHA-256 of files, computed once per path, length and time of change: a checkpoint is read again only when it changed.</summary>
internal static class FileHash
{
    private static readonly ConcurrentDictionary<(string Path, long Bytes, DateTime Changed), string> Known = new();

    /// <summary>Lower-case hex.</summary>
    public static string Of(string path)
    {
        var file = new FileInfo(path);
        return Known.GetOrAdd((file.FullName, file.Length, file.LastWriteTimeUtc), key => ContentKey.OfFile(key.Path));
    }
}
