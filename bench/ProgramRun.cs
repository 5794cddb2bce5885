using System.Diagnostics;
using System.Text.Json;

namespace Harness.Bench;

/// <summary>One run of a verb in a process of its own, so that its peak memory is its own too, and with an empty cache.</summary>
/// <param name="Stages">Seconds by stage, as the program reports them.</param>
/// <param name="Total">Seconds from the start of the process to its end.</param>
/// <param name="PeakBytes">The most that was resident.</param>
internal sealed record ProgramRun(IReadOnlyDictionary<string, double> Stages, double Total, long PeakBytes)
{
    /// <summary>Seconds that belong to no stage: starting up, loading weights.</summary>
    public double Rest => Total - Stages.Values.Sum();

    /// <summary>Runs a verb that makes a folder; what it writes is thrown away.</summary>
    /// <param name="arguments">All but --out and --json.</param>
    /// <exception cref="InputException">It failed.</exception>
    public static ProgramRun Of(string verb, params IEnumerable<string> arguments) => Under([], verb, arguments);

    /// <summary>The same, started by another program that takes a command line.</summary>
    /// <exception cref="InputException">It failed.</exception>
    public static ProgramRun Under(IReadOnlyList<string> launcher, string verb, params IEnumerable<string> arguments)
    {
        string[] command = [.. launcher, "dotnet", Program, verb, .. arguments];
        var folder = Directory.CreateTempSubdirectory("harness-bench-").FullName;
        try
        {
            var json = Path.Combine(folder, "result.json");
            var total = Wait(
                verb,
                new ProcessStartInfo(command[0], [.. command[1..], "--out", Path.Combine(folder, "made"), "--json", json])
                {
                    Environment = { ["HARNESS_CACHE"] = folder },
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                });
            using var result = JsonDocument.Parse(File.ReadAllBytes(json));
            var stages = result.RootElement.GetProperty("seconds").Deserialize<Dictionary<string, double>>()!;
            stages.Remove("total");
            return new ProgramRun(stages, total, result.RootElement.GetProperty("peakBytes").GetInt64());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The program as it was built with the bench.</summary>
    public static string Program => Path.Combine(Place.Root, "src", "Harness", Path.GetRelativePath(Path.Combine(Place.Root, "bench"), AppContext.BaseDirectory), "harness.dll");

    /// <summary>Runs a process; its seconds.</summary>
    /// <exception cref="InputException">It failed.</exception>
    public static double Wait(string verb, ProcessStartInfo start)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InputException($"harness {verb} ended with exit code {process.ExitCode}: {errors.TrimEnd()}");
    }
}
