using Harness.Data.Hub;

namespace Harness.Cli.Options;

/// <summary>Where datasets are.</summary>
internal static class DataChoice
{
    /// <summary>The folder given by --data, else by HARNESS_DATA, else none.</summary>
    public static DataRoot? Root(string? given)
    {
        var path = given ?? Environment.GetEnvironmentVariable("HARNESS_DATA");
        return string.IsNullOrEmpty(path) ? null : new DataRoot(path);
    }
}
