using System.Diagnostics;
using System.Text.Json;
using Harness.Tests.Grids;

namespace Harness.Tests;

/// <summary>What only a process of its own can show: signals, a missing library, the start.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Ends_on_a_signal_and_leaves_nothing_half_written(string signal, int code)
    {
        Xunit.Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "this shell lets its background jobs ignore SIGINT, and what they start inherits that");
        var model = new TinyLlama { Layers = 40 }.Write(_folder["model"]);
        var ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], new long[8000 * 64], 8000, 64);
        using var process = Program.Start([], "prune", "--model", model, "--method", "wanda", "--sparsity", "0.5", "--calibration", ids, "--out", _folder["out"]);
        SpinWait.SpinUntil(() => process.HasExited || Directory.EnumerateDirectories(_folder.Path, "out.*.partial").Any(), TimeSpan.FromSeconds(60)).ShouldBeTrue();
        Thread.Sleep(500);

        Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        var notes = process.StandardError.ReadToEnd();
        process.WaitForExit();

        process.ExitCode.ShouldBe(code, notes);
        notes.TrimEnd('\n').Split('\n')[^1].ShouldBe("harness: Stopped; nothing was left half-written.");
        Directory.EnumerateFileSystemEntries(_folder.Path, "out*").ShouldBeEmpty();
    }

    private static bool IgnoresInterrupts()
    {
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (Convert.ToUInt64(ignored, 16) & 0b10) != 0;
    }

    /// <summary>HARNESS_KILLS: how often (the nightly run takes more than this one).</summary>
    [Fact]
    public void A_grid_killed_at_any_moment_goes_on_and_gives_the_same_records()
    {
        using var grid = new TinyGrid(24, "0.5", "2:4");
        var clock = Stopwatch.StartNew();
        using (var whole = StartGrid(grid, "whole"))
        {
            whole.StandardError.ReadToEnd();
            whole.WaitForExit();
            whole.ExitCode.ShouldBe(0);
        }

        var (records, seconds, random) = (grid.Records(), clock.Elapsed.TotalSeconds, new Random());
        var kills = int.Parse(Environment.GetEnvironmentVariable("HARNESS_KILLS") ?? "4", System.Globalization.CultureInfo.InvariantCulture);
        for (var killed = 0; killed < kills;)
        {
            Directory.Delete(Path.Combine(grid.Folder, "cells"), recursive: true);
            for (var isDone = false; !isDone;)
            {
                var moment = TimeSpan.FromSeconds(random.NextDouble() * seconds);
                using var run = StartGrid(grid, "killed");
                isDone = killed == kills || run.WaitForExit(moment);
                if (!isDone)
                {
                    run.Kill(); // SIGKILL
                    killed++;
                }

                run.StandardError.ReadToEnd();
                run.WaitForExit();
            }

            grid.Records().ShouldBe(records);
            Directory.EnumerateFileSystemEntries(Path.Combine(grid.Cache, "killed", "sweeps")).ShouldBeEmpty();
        }
    }

    private static Process StartGrid(TinyGrid grid, string cache) => Program.Start(
        [("HARNESS_CACHE", Path.Combine(grid.Cache, cache))], "grid", "run", "tiny-grid", "--results", grid.Results, "--models", grid.Model, "--data", grid.Data, "--keep-every", "1");

    [Fact]
    public void Says_what_to_do_where_the_native_library_is_missing()
    {
        var elsewhere = Directory.CreateDirectory(_folder["program"]).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => !file.EndsWith(".so")))
        {
            File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
        }

        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(elsewhere, "harness.dll"), "prune", "--model", new TinyLlama().Write(_folder["model"]), "--method", "magnitude", "--sparsity", "0.5", "--out", _folder["out"]])
        {
            RedirectStandardError = true,
        })!;
        var notes = process.StandardError.ReadToEnd();
        process.WaitForExit();

        notes.ShouldBe($"harness: libharness_torch.so not found in {elsewhere}/. Build it: ./build.sh --target=Native.\n");
        process.ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("1", "", 1)]
    [InlineData("2", "", 2)]
    [InlineData("2", "1", 1)]
    public void Takes_as_many_threads_as_the_system_allows_it_processors_unless_the_environment_says_how_many(string processors, string threads, int taken)
    {
        var json = _folder["result.json"];

        var result = Program.RunApart(
            [("DOTNET_PROCESSOR_COUNT", processors), ("OMP_NUM_THREADS", threads)],
            "prune", "--model", new TinyLlama().Write(_folder["model"]), "--method", "magnitude", "--sparsity", "0.5", "--out", _folder["out"], "--json", json);

        result.Code.ShouldBe(0, result.Notes);
        using var read = JsonDocument.Parse(File.ReadAllBytes(json));
        read.RootElement.GetProperty("threads").GetInt32().ShouldBe(taken);
    }
}
