using System.Text.RegularExpressions;

namespace Harness.Data.Hub;

/// <summary>A file of a repository at one commit.</summary>
/// <param name="Path">Within the repository.</param>
/// <param name="Etag">What the hub says of its content: a SHA-256, a git object's SHA-1, or anything else that names it.</param>
/// <param name="Bytes">Its size; null where the hub does not say.</param>
internal sealed partial record RemoteFile(string Path, Uri Address, string Etag, long? Bytes)
{
    /// <summary>Whether the ETag can be checked against the bytes.</summary>
    public bool IsVerifiable => Etag.Length is 40 or 64 && Hex().IsMatch(Etag);

    /// <summary>The ETag of a header without its quotes, fit for a file's name.</summary>
    public static string Normalize(string etag)
    {
        var bare = etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag;
        bare = bare.Trim('"');
        return FileName().IsMatch(bare) ? bare : ContentKey.OfText(bare)[..32];
    }

    [GeneratedRegex("^[0-9a-f]+$")]
    private static partial Regex Hex();

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$")]
    private static partial Regex FileName();
}
