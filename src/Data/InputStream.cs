using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data;

/// <summary>
/// Opens a file to be read from front to end; gzip is told by its first bytes, not by its name. That a gzip file is cut off is only noticed with
/// the runtime's strict validation, which Directory.Build.props switches on.
/// </summary>
internal static class InputStream
{
    public static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan);
            Span<byte> magic = stackalloc byte[2];
            var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
            file.Position = 0;
            return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Opens a file to be read at any place.</summary>
    public static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static InputException Unreadable(string path, Exception e) =>
        new($"{path} cannot be read: {(Directory.Exists(path) ? "it is a folder" : e is UnauthorizedAccessException ? "permission denied" : "there is no such file")}.", e);
}
