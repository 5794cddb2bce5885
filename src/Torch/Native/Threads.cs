using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>How libtorch's threads behave unless the user's environment says otherwise (<c>OMP_NUM_THREADS</c>, <c>OMP_WAIT_POLICY</c>, <c>OPENBLAS_THREAD_TIMEOUT</c>).</summary>
internal static unsafe partial class Threads
{
    /// <summary>
    /// To be called before libtorch is loaded where OpenBLAS has threads of its own: both libraries read the environment once. OpenMP's threads spin for milliseconds when they have nothing to do, and so
    /// take the cores from matrix products; and OpenBLAS's, in their turn, from everything else.
    /// </summary>
    internal static void LetIdleOnesSleep()
    {
        _ = setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
        _ = setenv("OPENBLAS_THREAD_TIMEOUT", "10", 0); // 2^10 cycles
    }

    /// <summary>libtorch counts cores by a library that takes some virtual machines for a single one.</summary>
    internal static void TakeAllCores(IntPtr library)
    {
        var count = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, nameof(LibTorch.ht_num_threads));
        var set = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, nameof(LibTorch.ht_set_num_threads));
        if (count() == 1 && Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null or "")
        {
            set(Environment.ProcessorCount);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
}
