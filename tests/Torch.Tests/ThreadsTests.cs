using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace Harness.Torch.Tests;

public sealed unsafe class ThreadsTests
{
    [Theory]
    [InlineData(1, 8, 8)] // libtorch takes a virtual machine for a single core
    [InlineData(32, 64, 32)] // each core has two threads of its own
    [InlineData(32, 4, 4)] // a container's share, or taskset
    [InlineData(1, 1, 1)]
    public void There_are_as_many_as_cores_that_the_process_may_run_on(int seen, int allowed, int threads) => Threads.Sensible(seen, allowed).ShouldBe(threads);

    [Fact]
    public void An_OpenBLAS_with_threads_of_its_own_hears_how_many_there_are_to_be()
    {
        var threads = get_num_threads();
        Assert.SkipUnless(
            NativeLibrary.TryLoad("libopenblas.so.0", out var library) && ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "openblas_get_parallel"))() == 1,
            "libtorch multiplies by an OpenBLAS on OpenMP's threads here, or by another library");
        var count = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "openblas_get_num_threads");
        try
        {
            set_num_threads(threads + 1);
            count().ShouldBe(threads + 1);
            set_num_threads(1);
            count().ShouldBe(1);
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
