using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Native;

/// <summary>What libtorch's libraries should know of the processor and do not always find out.</summary>
internal static partial class Processor
{
    /// <summary>
    /// To be called before libtorch is loaded. OpenBLAS chooses its kernels by the processor's model, and takes an Intel that is younger than itself for the oldest there is, with SSE3
    /// alone, at a fraction of the speed. Named by what it can do, every one of them gets the kernels that the models it knows get (<c>OPENBLAS_CORETYPE</c> in the environment wins).
    /// </summary>
    internal static void NameToOpenBlas()
    {
        if (IsIntel && Kernels is { } kernels)
        {
            _ = setenv("OPENBLAS_CORETYPE", kernels, 0);
        }
    }

    private static string? Kernels => Avx512BW.VL.IsSupported && Avx512DQ.IsSupported && Avx512CD.IsSupported ? "SkylakeX" : Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;

    private static bool IsIntel => X86Base.IsSupported && X86Base.CpuId(0, 0) is (_, 0x756e6547, 0x6c65746e, 0x49656e69); // "Genu", "ntel", "ineI"

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
}
