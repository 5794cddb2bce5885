using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>How libtorch's threads behave unless the user's environment says otherwise (<c>OMP_NUM_THREADS</c>, <c>OMP_WAIT_POLICY</c>, <c>GOMP_SPINCOUNT</c>, <c>OPENBLAS_THREAD_TIMEOUT</c>).</summary>
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

    /// <summary>
    /// To be called before OpenMP is loaded where all threads are its own. They spin for milliseconds, as it comes, until the next piece of work is there, and so take the cores from the threads that they wait for
    /// wherever another program runs too; a hundredth of that is enough for all that follows at once.
    /// </summary>
    internal static void LetWaitingOnesSpinBriefly()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null or "")
        {
            _ = setenv("GOMP_SPINCOUNT", "3000", 0); // of 300000
        }
    }

    /// <summary>As many threads as <see cref="Sensible"/>, of libtorch and of OpenBLAS, unless the environment says how many.</summary>
    internal static void TakeCores(IntPtr library)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null or "")
        {
            var seen = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, nameof(LibTorch.ht_num_threads));
            var set = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, nameof(LibTorch.ht_set_num_threads));
            set(Sensible(seen(), Environment.ProcessorCount));
        }
    }

    /// <summary>
    /// libtorch counts the physical cores of the whole machine: by a library that takes some virtual machines for a single one, and whatever share of them a container, <c>taskset</c> or <c>numactl</c> leaves
    /// to this process. Threads beyond that share only wait for one another.
    /// </summary>
    /// <param name="seen">The cores that libtorch sees.</param>
    /// <param name="allowed">The processors that this process may run on.</param>
    internal static int Sensible(int seen, int allowed) => seen == 1 ? allowed : Math.Min(seen, allowed);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
}
