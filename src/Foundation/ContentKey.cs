using System.Security.Cryptography;
using System.Text;

namespace Harness;

/// <summary>SHA-256 names of content: files, and the canonical text of a stage's inputs. Lower-case hex.</summary>
public static class ContentKey
{
    /// <summary>Of a text in UTF-8.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Of a file's bytes.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Of token ids as little-endian int32, the form the reference pack uses.</summary>
    public static string OfIds(ReadOnlySpan<int> ids) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids)));
}
