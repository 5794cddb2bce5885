using System.Diagnostics;
using System.Globalization;

namespace Harness.Cli.Jobs;

/// <summary>Amounts of memory.</summary>
internal static class Bytes
{
    /// <summary>The most memory that was resident in this process so far.</summary>
    public static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>In the unit that leaves one to three digits before the point: 512 B, 1.5 kB, 27.1 MB.</summary>
    public static string Text(long bytes)
    {
        var (value, unit) = bytes switch
        {
            >= 1_000_000_000 => (bytes / 1e9, "GB"),
            >= 1_000_000 => (bytes / 1e6, "MB"),
            >= 1_000 => (bytes / 1e3, "kB"),
            _ => (bytes, "B"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");
    }
}
