using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Finds and loads <c>libharness_torch.so</c>, which lies beside the program and knows the libtorch it was built against.</summary>
internal static class LibTorchLocation
{
    private const string FileName = "libharness_torch.so";

    /// <exception cref="DllNotFoundException">One sentence that says what is missing and how to install it.</exception>
    internal static IntPtr Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(path))
        {
            throw new DllNotFoundException($"{FileName} not found in {AppContext.BaseDirectory}. Build it: ./build.sh --target=Native.");
        }

        // Loaded first, libraries of the chosen libtorch win over those that the run path names.
        var chosen = Environment.GetEnvironmentVariable("HARNESS_LIBTORCH");
        foreach (var library in string.IsNullOrEmpty(chosen) ? [] : (string[])["libc10.so", "libtorch_cpu.so"])
        {
            var file = Path.Combine(chosen!, "lib", library);
            if (File.Exists(file))
            {
                NativeLibrary.TryLoad(file, out _);
            }
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            var looked = string.IsNullOrEmpty(chosen) ? "HARNESS_LIBTORCH, the libtorch it was built against" : $"HARNESS_LIBTORCH={chosen}, the libtorch it was built against";
            throw new DllNotFoundException(
                $"libtorch not found (looked in {looked}, the system's library path). Install it: apt-get install libtorch-dev libopenblas0-pthread; "
                + "if it is installed but another version, rebuild: ./build.sh --target=Native.", e);
        }
    }
}
