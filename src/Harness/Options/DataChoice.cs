using Harness.Data.Hub;

namespace Harness.Cli.Options;

/// <summary>Where datasets are.</summary>
internal static class DataChoice
{
    /// <summary>The folder given by --data alone; else that of HARNESS_DATA and the hub's cache.</summary>
    public static DataRoot Root(string? given) => given is null ? DataRoot.OfEnvironment() : new DataRoot(given);
}
