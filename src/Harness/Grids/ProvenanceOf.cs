using Harness.Cli.CommandLine;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>Who measured: this build on this machine.</summary>
internal static class ProvenanceOf
{
    public static Provenance This(Device device)
    {
        // The SDK writes "0.1.0+<commit>".
        var version = VersionLine.Version.Split('+');
        return new Provenance(version.ElementAtOrDefault(1) ?? "unknown", version[0], torch.__version__, Name(device), get_num_threads());
    }

    private static string Name(Device device) => device.type == DeviceType.CPU ? $"cpu ({Processor()})" : device.ToString();

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown"
        : "unknown";
}
