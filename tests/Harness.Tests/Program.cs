using System.Diagnostics;
using System.Runtime.CompilerServices;
using Harness.Cli;

namespace Harness.Tests;

/// <summary>Runs the program within the test's process.</summary>
internal static class Program
{
    /// <summary>What one command line does.</summary>
    public static ProgramResult Run(params IReadOnlyList<string> arguments) => Run(new StringWriter(), arguments);

    /// <summary>The same with notes that can be listened to.</summary>
    public static ProgramResult Run(StringWriter notes, IReadOnlyList<string> arguments)
    {
        var results = new StringWriter { NewLine = "\n" };
        notes.NewLine = "\n";
        var code = Application.Run(arguments, new Session(new Output(results, notes)));
        return new ProgramResult(code, results.ToString(), notes.ToString());
    }

    /// <summary>Runs what must succeed; its results.</summary>
    public static string Succeed(params IReadOnlyList<string> arguments)
    {
        var result = Run(arguments);
        result.Code.ShouldBe(0, result.Notes);
        return result.Results;
    }

    /// <summary>Runs what must be refused with exit code 2, without results; the sentence behind <c>harness: </c>.</summary>
    public static string Refuse(params IReadOnlyList<string> arguments)
    {
        var result = Run(arguments);
        result.Results.ShouldBeEmpty();
        var last = result.Notes.TrimEnd('\n').Split('\n')[^1];
        last.ShouldStartWith("harness: ");
        result.Code.ShouldBe(2, result.Notes);
        return last["harness: ".Length..];
    }

    /// <summary>Starts it as a process of its own, with some variables of its environment as given.</summary>
    public static Process Start(IEnumerable<(string Name, string Value)> variables, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "harness.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The same to its end.</summary>
    public static ProgramResult RunApart(IEnumerable<(string Name, string Value)> variables, params IReadOnlyList<string> arguments)
    {
        using var process = Start(variables, arguments);
        var notes = process.StandardError.ReadToEndAsync();
        var results = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, results, notes.Result);
    }

    /// <summary>Stands in for the cache of the hub's tools; does not exist.</summary>
    public static string HubCache { get; } = Path.Combine(Path.GetTempPath(), $"harness-tests-{Environment.ProcessId}-hub");

    // Samples and hashes that tests leave in the cache must not be those of the person who runs them, nor their datasets found.
    [ModuleInitializer]
    internal static void KeepOutOfTheUsersFolders()
    {
        Environment.SetEnvironmentVariable("HARNESS_CACHE", Path.Combine(Path.GetTempPath(), $"harness-tests-{Environment.ProcessId}"));
        Environment.SetEnvironmentVariable("HARNESS_DATA", null);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", HubCache);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // not there where no test left anything
            if (Environment.GetEnvironmentVariable("HARNESS_CACHE") is { } cache && Directory.Exists(cache))
            {
                Directory.Delete(cache, recursive: true);
            }
        };
    }
}

/// <summary>Exit code, standard output and standard error.</summary>
internal sealed record ProgramResult(int Code, string Results, string Notes);
