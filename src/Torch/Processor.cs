using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>What the CPU is, for which TorchSharp has no names.</summary>
public static class Processor
{
    /// <summary>As the system calls it.</summary>
    public static string Name { get; } = File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown"
        : "unknown";

    /// <summary>The processor whose kernels OpenBLAS multiplies with, which decides how sums are rounded; null where libtorch has another BLAS.</summary>
    public static string? OpenBlasKernels => Marshal.PtrToStringUTF8(LibTorch.ht_openblas_kernels());
}
