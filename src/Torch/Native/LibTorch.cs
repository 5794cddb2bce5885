using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The C side, <c>libharness_torch.so</c>: see dispatcher.cpp and device.cpp for what each entry does.</summary>
internal static unsafe partial class LibTorch
{
    private const string Library = "harness_torch";

    [LibraryImport(Library)] internal static partial IntPtr ht_last_error();
    [LibraryImport(Library)] internal static partial IntPtr ht_version();

    [LibraryImport(Library)] internal static partial IntPtr ht_openblas_kernels();
    [LibraryImport(Library)] internal static partial void ht_tune_allocator();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial int ht_find_operator(string name, string overload, out IntPtr found);
    [LibraryImport(Library)] internal static partial int ht_call(IntPtr op, Value* arguments, int count, Value* results, int capacity, out int produced);
    [LibraryImport(Library)] internal static partial void ht_free(IntPtr memory);
    [LibraryImport(Library)] internal static partial void ht_release(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ht_dim(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void ht_sizes(IntPtr tensor, long* sizes);
    [LibraryImport(Library)] internal static partial long ht_stride(IntPtr tensor, long dim);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long ht_numel(IntPtr tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int ht_dtype(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int ht_is_contiguous(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int ht_device(IntPtr tensor, out int index);
    [LibraryImport(Library)] internal static partial int ht_data(IntPtr tensor, out IntPtr data);
    [LibraryImport(Library)] internal static partial int ht_backward(IntPtr tensor, IntPtr gradient, int retainGraph, int createGraph);
    [LibraryImport(Library)]
    internal static partial int ht_grad_of(IntPtr* outputs, int outputCount, IntPtr* inputs, int inputCount, IntPtr* outputGradients, int retainGraph, int createGraph,
        int allowUnused, IntPtr* gradients);
    [LibraryImport(Library)] internal static partial IntPtr ht_grad(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int ht_set_grad(IntPtr tensor, IntPtr gradient);
    [LibraryImport(Library)] internal static partial int ht_requires_grad(IntPtr tensor);
    [LibraryImport(Library)] internal static partial int ht_set_requires_grad(IntPtr tensor, int value);
    [LibraryImport(Library)] internal static partial int ht_grad_enabled();
    [LibraryImport(Library)] internal static partial void ht_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial int ht_cuda_available();
    [LibraryImport(Library)] internal static partial int ht_cuda_devices();
    [LibraryImport(Library)] internal static partial int ht_device_memory(int type, int index, out long free, out long total, out long peak);
    [LibraryImport(Library)] internal static partial int ht_reset_device_peak(int type, int index);
    [LibraryImport(Library)] internal static partial int ht_wait_for_device(int type, int index);
    [LibraryImport(Library)] internal static partial int ht_mark(int type, int index, out IntPtr mark);
    [LibraryImport(Library)] internal static partial int ht_begin_side_work(int type, int index, IntPtr mark, out IntPtr work);
    [LibraryImport(Library)] internal static partial int ht_end_side_work(IntPtr work);
    [LibraryImport(Library)] internal static partial void ht_set_num_threads(int threads);
    [LibraryImport(Library)] internal static partial int ht_num_threads();
    [LibraryImport(Library)] internal static partial void ht_set_flush_denormal(int on);
    [LibraryImport(Library)] internal static partial int ht_manual_seed(long seed);

    /// <summary>Throws the reason of the failure that this thread just saw, with <paramref name="what"/> in front.</summary>
    internal static void Check(int status, string what)
    {
        if (status != 0)
        {
            throw new ExternalException($"{what}: {Marshal.PtrToStringUTF8(ht_last_error())}");
        }
    }

    static LibTorch() => NativeLibrary.SetDllImportResolver(typeof(LibTorch).Assembly, Resolve);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? paths) => name == Library ? Handle.Value : IntPtr.Zero;

    private static readonly Lazy<IntPtr> Handle = new(() =>
    {
        OpenBlas.NameProcessor();
        if (!OpenBlas.LoadBuildOnOpenMP())
        {
            Threads.LetIdleOnesSleep();
        }

        var handle = LibTorchLocation.Load();
        // Through the handle, not an import: imports of this library wait for this very value.
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(handle, nameof(ht_tune_allocator)))();
        Threads.TakeCores(handle);
        return handle;
    });
}
