namespace Harness.Data;

/// <summary>Where derived files are kept between runs.</summary>
public static class CacheFolder
{
    /// <summary><c>HARNESS_CACHE</c>, else <c>harness</c> in the user's cache directory.</summary>
    public static string Default { get; } =
        Variable("HARNESS_CACHE") ?? Path.Combine(
            Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "harness");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
