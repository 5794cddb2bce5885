using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What a GPU has beyond operators, which TorchSharp has no names for: its memory, and work beside what it is at. The CPU has none of it.</summary>
public static class Accelerator
{
    /// <summary>Bytes that tensors may still fill; null on the CPU, and where libtorch does not tell (it does from 2.10 on).</summary>
    public static long? FreeMemory(Device device) => Memory(device) is (var free, > 0, _) ? free : null;

    /// <summary>The most bytes that tensors have filled since the last <see cref="ResetPeakMemory"/>; null as above.</summary>
    public static long? PeakMemory(Device device) => Memory(device) is (_, > 0, var peak) ? peak : null;

    /// <summary>Counts the peak from now on.</summary>
    public static void ResetPeakMemory(Device device)
    {
        if (device.type != DeviceType.CPU)
        {
            LibTorch.Check(LibTorch.ht_reset_device_peak((int)device.type, device.index), "memory of the device");
        }
    }

    /// <summary>Returns when the device has done all that it was asked to: a clock that is read before shows when it was asked.</summary>
    public static void Wait(Device device)
    {
        if (device.type != DeviceType.CPU)
        {
            LibTorch.Check(LibTorch.ht_wait_for_device((int)device.type, device.index), "waiting for the device");
        }
    }

    /// <summary>
    /// Does a piece of work on a thread and a stream of their own, beside what the device is asked to meanwhile, and behind what it has been asked to so far: what was freed until now may be
    /// filled again. It ends when the device has done it.
    /// </summary>
    /// <param name="work">Makes tensors; it records a gradient only if this thread does.</param>
    public static Task<T> Beside<T>(Device device, Func<T> work)
    {
        LibTorch.Check(LibTorch.ht_mark((int)device.type, device.index, out var mark), "a mark on the device's stream");
        var records = is_grad_enabled();
        return Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        T Work()
        {
            LibTorch.Check(LibTorch.ht_begin_side_work((int)device.type, device.index, mark, out var begun), "a stream of the device");
            using var _ = enable_grad(records);
            try
            {
                return work();
            }
            finally
            {
                LibTorch.Check(LibTorch.ht_end_side_work(begun), "a stream of the device");
            }
        }
    }

    private static (long Free, long Total, long Peak) Memory(Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return default;
        }

        LibTorch.Check(LibTorch.ht_device_memory((int)device.type, device.index, out var free, out var total, out var peak), "memory of the device");
        return (free, total, peak);
    }
}
