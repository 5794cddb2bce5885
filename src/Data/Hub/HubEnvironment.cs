namespace Harness.Data.Hub;

/// <summary>Where the Hugging Face hub and its cache are, by the variables that its own tools read.</summary>
/// <param name="Endpoint"><c>HF_ENDPOINT</c>, else https://huggingface.co; ends in a slash.</param>
/// <param name="Token"><c>HF_TOKEN</c>, else what stands in the file that <c>hf auth login</c> writes; null without either.</param>
/// <param name="Cache"><c>HF_HUB_CACHE</c>, else <c>hub</c> in <c>HF_HOME</c>, else in the user's cache directory.</param>
/// <param name="IsOffline"><c>HF_HUB_OFFLINE</c>: nothing may be fetched.</param>
public sealed record HubEnvironment(Uri Endpoint, string? Token, string Cache, bool IsOffline)
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>That of this process.</summary>
    public static HubEnvironment OfProcess() => Of(Environment.GetEnvironmentVariable);

    /// <summary>By any table of variables.</summary>
    /// <exception cref="InputException">The endpoint is no address.</exception>
    public static HubEnvironment Of(Func<string, string?> variable)
    {
        string? Set(params string[] names) => names.Select(variable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim();

        var home = Set("HF_HOME") ?? Path.Combine(
            Set("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface");
        var endpoint = (Set("HF_ENDPOINT") ?? DefaultEndpoint).TrimEnd('/') + "/";
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new HubEnvironment(
                uri!,
                Set("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") ?? Stored(Set("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
                Path.GetFullPath(Set("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub")),
                Set("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE")
            : throw new InputException($"HF_ENDPOINT is '{Set("HF_ENDPOINT")}'; the address of a hub was expected, {DefaultEndpoint} for example.");
    }

    private static string? Stored(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
