using System.Security.Cryptography;
using System.Text;

namespace Harness.Data.Hub;

/// <summary>The name that the hub gives to content: SHA-256 of large files, git's SHA-1 of small ones.</summary>
internal static class BlobHash
{
    /// <summary>What the ETag of these bytes would be, in the form of <paramref name="etag"/>.</summary>
    public static string Of(string path, string etag, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(etag.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        if (etag.Length == 40)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
        }

        var buffer = new byte[1 << 20];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
