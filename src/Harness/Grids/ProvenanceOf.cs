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
        return new Provenance(version.ElementAtOrDefault(1) ?? "unknown", version[0], torch.__version__, Name(device), get_num_threads(), Processor.OpenBlasKernels);
    }

    private static string Name(Device device) => device.type == DeviceType.CPU ? $"cpu ({Processor.Name})" : device.ToString();
}
