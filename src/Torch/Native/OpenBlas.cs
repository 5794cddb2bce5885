using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Native;

/// <summary>The OpenBLAS that Debian's libtorch multiplies with: which build of it, and what it should know of the processor and does not always find out.</summary>
internal static partial class OpenBlas
{
    /// <summary>
    /// To be called before libtorch is loaded. Debian has a build with threads of its own and one with OpenMP's, and may give libtorch the former where both are installed. The latter is loaded here where
    /// it lies, and the linker then takes it for the names by which libtorch asks: the same threads that multiply do everything else, and none waits beside those that work.
    /// </summary>
    /// <returns>Whether it is there.</returns>
    internal static bool LoadBuildOnOpenMP()
    {
        // All three or none: how many threads share a product is decided in libblas, and that of the other build knows nothing of OpenMP's, whose threads then wait for ones that never come.
        string[] libraries = [.. Libraries.Select(name => $"/usr/lib/{Architecture}-linux-gnu/openblas-openmp/{name}")];
        if (!Array.TrueForAll(libraries, File.Exists))
        {
            return false;
        }

        Threads.LetWaitingOnesSpinBriefly();
        return Array.TrueForAll(libraries, library => NativeLibrary.TryLoad(library, out _));
    }

    /// <summary>
    /// To be called before OpenBLAS is loaded. It chooses its kernels by the processor's model, and takes an Intel that is younger than itself for the oldest there is, with SSE3
    /// alone, at a fraction of the speed. Named by what it can do, every one of them gets the kernels that the models it knows get (<c>OPENBLAS_CORETYPE</c> in the environment wins).
    /// </summary>
    internal static void NameProcessor()
    {
        if (IsIntel && Kernels is { } kernels)
        {
            _ = setenv("OPENBLAS_CORETYPE", kernels, 0);
        }
    }

    private static readonly string[] Libraries = ["libopenblas.so.0", "libblas.so.3", "liblapack.so.3"];

    private static string? Kernels => Avx512BW.VL.IsSupported && Avx512DQ.IsSupported && Avx512CD.IsSupported ? "SkylakeX" : Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;

    private static bool IsIntel => X86Base.IsSupported && X86Base.CpuId(0, 0) is (_, 0x756e6547, 0x6c65746e, 0x49656e69); // "Genu", "ntel", "ineI"

    private static string Architecture => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64";

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
}
