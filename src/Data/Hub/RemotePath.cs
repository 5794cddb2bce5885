namespace Harness.Data.Hub;

/// <summary>Paths that a server names: they become paths here, so none may lead out of its folder.</summary>
internal static class RemotePath
{
    public static bool IsSafe(string path) =>
        path.Length > 0 && !path.Contains('\\') && !path.Contains('\0') && path.Split('/').All(part => part is not ("" or "." or ".."));
}
