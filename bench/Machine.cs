using System.Diagnostics;

namespace Harness.Bench;

/// <summary>The machine that is measured, and how busy it is with other things.</summary>
internal static class Machine
{
    /// <summary>One line above the tables.</summary>
    public static string Description => $"{Processor.Name}, {Environment.ProcessorCount} cores, {get_num_threads()} threads, {MemoryNodes} memory node{(MemoryNodes == 1 ? "" : "s")}, libtorch {__version__}{(Processor.OpenBlasKernels is { } kernels ? $", OpenBLAS for {kernels}" : "")}";

    /// <summary>How many places there are that memory lies in, each nearer to some cores than to others.</summary>
    public static int MemoryNodes => Directory.Exists("/sys/devices/system/node") ? Directory.GetDirectories("/sys/devices/system/node", "node*").Length : 1;

    /// <summary>The mean number of runnable tasks over the last minute; above the number of cores, all seconds are too long.</summary>
    public static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>The first NVIDIA GPU: its name, its memory and its driver.</summary>
    public static string Gpu
    {
        get
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader", "--id=0"]) { RedirectStandardOutput = true })!;
            return process.StandardOutput.ReadToEnd().Trim();
        }
    }
}
