using System.Diagnostics;
using System.Text.Json;

namespace Harness.Bench;

/// <summary>One <c>harness grid run</c> in a process of its own, with an empty cache.</summary>
/// <param name="Seconds">By stage, over all cells.</param>
/// <param name="Total">Seconds from the start of the process to its end.</param>
/// <param name="PeakBytes">The most that was resident.</param>
/// <param name="Perplexity">Of every cell, in nats: the mean loss of a token.</param>
internal sealed record GridRun(IReadOnlyDictionary<string, double> Seconds, double Total, long PeakBytes, IReadOnlyDictionary<string, double> Perplexity)
{
    /// <summary>Runs a grid and forgets it.</summary>
    /// <param name="grid">What stands in grid.json.</param>
    /// <param name="model">The checkpoint.</param>
    /// <param name="memory">For --memory; null for what the machine has.</param>
    /// <exception cref="InputException">It failed, or a cell did.</exception>
    public static GridRun Of(object grid, string model, string data, string? memory)
    {
        var folder = Directory.CreateTempSubdirectory("harness-bench-").FullName;
        try
        {
            var home = Directory.CreateDirectory(Path.Combine(folder, "results", "bench")).FullName;
            File.WriteAllText(Path.Combine(home, "grid.json"), JsonSerializer.Serialize(grid));
            string[] within = memory is null ? [] : ["--memory", memory];
            var total = ProgramRun.Wait("grid run", new ProcessStartInfo(
                "dotnet", [ProgramRun.Program, "grid", "run", "bench", "--results", Path.Combine(folder, "results"), "--models", model, "--data", data, .. within])
            {
                Environment = { ["HARNESS_CACHE"] = Path.Combine(folder, "cache") },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var stages = Directory.EnumerateFiles(Path.Combine(home, "timings")).SelectMany(Stages).ToArray();
            return new GridRun(
                stages.GroupBy(stage => stage.Name).ToDictionary(stage => stage.Key, stage => stage.Sum(spent => spent.Seconds)),
                total,
                stages.Max(stage => stage.Peak),
                Directory.EnumerateFiles(Path.Combine(home, "cells")).ToDictionary(file => Path.GetFileName(file), Loss));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Several runs, one after the other.</summary>
    public static GridRun Together(IReadOnlyList<GridRun> runs) => new(
        runs.SelectMany(run => run.Seconds).GroupBy(stage => stage.Key).ToDictionary(stage => stage.Key, stage => stage.Sum(spent => spent.Value)),
        runs.Sum(run => run.Total),
        runs.Max(run => run.PeakBytes),
        runs.SelectMany(run => run.Perplexity).ToDictionary());

    /// <summary>How far the perplexities of another run lie from these at most, as a share.</summary>
    public double Difference(GridRun other) => Perplexity.Max(cell => Math.Abs(Math.Exp(other.Perplexity[cell.Key] - cell.Value) - 1));

    private static IEnumerable<(string Name, double Seconds, long Peak)> Stages(string file)
    {
        using var timings = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. timings.RootElement.GetProperty("stages").EnumerateArray().Select(stage =>
            (stage.GetProperty("stage").GetString()!, stage.GetProperty("seconds").GetDouble(), stage.GetProperty("peakBytes").GetInt64()))];
    }

    private static double Loss(string file)
    {
        using var record = JsonDocument.Parse(File.ReadAllBytes(file));
        return Math.Log(record.RootElement.GetProperty("scores")[0].GetProperty("value").GetDouble());
    }
}
