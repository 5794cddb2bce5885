using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>
/// A source-compatible subset of TorchSharp over any libtorch from 1.13 on: the same names, the same semantics, every operator through PyTorch's own dispatcher.
/// </summary>
public static partial class torch
{
    /// <summary>The libtorch this binding was built against.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(LibTorch.ht_version())!;

    public static DisposeScope NewDisposeScope() => new();

    public static void set_num_threads(int threads) => LibTorch.ht_set_num_threads(threads);

    /// <summary>Whether numbers too small for a whole mantissa become 0 in what this thread and OpenMP's compute (threads that OpenBLAS has of its own keep them): processors take a hundred times as long for them.</summary>
    public static void set_flush_denormal(bool mode) => LibTorch.ht_set_flush_denormal(mode ? 1 : 0);

    public static int get_num_threads() => LibTorch.ht_num_threads();

    public static void manual_seed(long seed) => LibTorch.Check(LibTorch.ht_manual_seed(seed), "manual_seed");

    public static class cuda
    {
        public static bool is_available() => LibTorch.ht_cuda_available() != 0;

        public static int device_count() => LibTorch.ht_cuda_devices();
    }
}
