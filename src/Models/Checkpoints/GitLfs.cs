namespace Harness.Models.Checkpoints;

/// <summary>Weights that git left on its server.</summary>
internal static class GitLfs
{
    /// <summary>Whether a file with these first bytes only points to the real one.</summary>
    public static bool IsPointer(ReadOnlySpan<byte> start) => start.StartsWith("version "u8);

    /// <summary>The sentence for one.</summary>
    public static string Describe(string path) => $"{path} is a Git LFS pointer, not the weights themselves. Run 'git lfs pull' in its folder.";
}
