using System.IO.Compression;
using System.Text;
using Harness.Tests.Shared;

namespace Harness.Data.Tests;

/// <summary>Puts files into a test's folder and gives their paths; folders in between are made.</summary>
internal static class FolderFiles
{
    public static string Text(this TemporaryFolder folder, string name, string content) => folder.Bytes(name, Encoding.UTF8.GetBytes(content));

    public static string Gzip(this TemporaryFolder folder, string name, string content) => folder.Bytes(name, Gzip(content));

    public static string Bytes(this TemporaryFolder folder, string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllBytes(folder[name], content);
        return folder[name];
    }

    public static byte[] Gzip(string content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content));
        }

        return packed.ToArray();
    }
}
