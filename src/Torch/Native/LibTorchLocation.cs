using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Finds and loads <c>libharness_torch.so</c>, which lies beside the program and knows the libtorch it was built against.</summary>
internal static class LibTorchLocation
{
    private const string FileName = "libharness_torch.so";

    /// <summary>Loads it from the program's folder, with the libtorch of <c>HARNESS_LIBTORCH</c> where that is set.</summary>
    /// <exception cref="DllNotFoundException">One sentence that says what is missing and how to get it.</exception>
    internal static IntPtr Load() => Load(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("HARNESS_LIBTORCH"));

    internal static IntPtr Load(string folder, string? chosen)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new DllNotFoundException($"{FileName} not found in {folder}. Build it: ./build.sh --target=Native.");
        }

        // Loaded first, libraries of the chosen libtorch win over those that the run path names.
        foreach (var library in string.IsNullOrEmpty(chosen) ? [] : (string[])["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so"])
        {
            NativeLibrary.TryLoad(Path.Combine(chosen!, "lib", library), out _);
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(Sentence(e.Message, chosen), e);
        }
    }

    /// <summary>What the loader's own words mean to the user.</summary>
    internal static string Sentence(string reason, string? chosen)
    {
        var cause = reason.Split('\n').LastOrDefault(line => line.Contains(": ", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal))?.Trim().TrimEnd('.') ?? reason;
        if (!cause.Contains("libtorch", StringComparison.Ordinal) && !cause.Contains("libc10", StringComparison.Ordinal))
        {
            return $"{FileName} cannot be loaded ({cause}). Rebuild it: ./build.sh --target=Native.";
        }

        var looked = string.IsNullOrEmpty(chosen) ? "HARNESS_LIBTORCH, which is not set" : $"HARNESS_LIBTORCH={chosen}";
        return $"libtorch not found (looked in {looked}, the libtorch this was built against, the system's library path). Install it: apt-get install libtorch-dev libopenblas0-openmp; "
            + "if another version is installed, rebuild: ./build.sh --target=Native.";
    }
}
