using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Harness.Tests.Shared;

/// <summary>
/// The numbers of the original implementations: <c>HARNESS_REFERENCE</c>, else <c>shared/reference</c> beside the repository.
/// A test that needs it calls <see cref="Path(string[])"/>, which skips the test with a reason where the pack is absent.
/// </summary>
public static class ReferencePack
{
    /// <summary>The pack's folder, or null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A path inside the pack; skips the running test where the pack or that path is absent.</summary>
    public static string Path(params string[] parts)
    {
        Xunit.Assert.SkipWhen(Root is null, "the reference pack is absent: set HARNESS_REFERENCE to its folder");
        var path = System.IO.Path.Combine([Root!, .. parts]);
        Xunit.Assert.SkipWhen(!File.Exists(path) && !Directory.Exists(path), $"the reference pack lacks {System.IO.Path.Combine(parts)}");
        return path;
    }

    /// <summary>
    /// The folder of a real model in Hugging Face layout. Where the pack stores it packed, its own script unpacks it into the user's cache on first use.
    /// </summary>
    public static string Model(string name)
    {
        var folder = Path("models", name);
        if (Directory.EnumerateFiles(folder, "*.safetensors").Any())
        {
            return folder;
        }

        using var unpack = Process.Start(new ProcessStartInfo(Path("models", "unpack")) { RedirectStandardOutput = true })!;
        var unpacked = unpack.StandardOutput.ReadToEnd().Trim();
        unpack.WaitForExit();
        Xunit.Assert.SkipWhen(unpack.ExitCode != 0, $"the reference pack's unpack script failed for {name}");
        return unpacked;
    }

    private static string? Find([CallerFilePath] string thisFile = "")
    {
        var configured = Environment.GetEnvironmentVariable("HARNESS_REFERENCE");
        var beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(thisFile)!, "..", "..", "..", "shared", "reference"));
        return new[] { configured, beside }.FirstOrDefault(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(folder));
    }
}
