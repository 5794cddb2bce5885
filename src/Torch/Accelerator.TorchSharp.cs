using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where the engine is the TorchSharp package: it does not tell of memory and knows one stream, so work is done in its turn.</summary>
public static class Accelerator
{
    public static long? FreeMemory(Device device) => null;

    public static long? PeakMemory(Device device) => null;

    public static void ResetPeakMemory(Device device)
    {
    }

    public static void Wait(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }
    }

    public static Task<T> Beside<T>(Device device, Func<T> work) => Task.FromResult(work());
}
