using System.Globalization;

namespace Harness.Cli.Options;

/// <summary>Where a model is computed.</summary>
internal static class DeviceChoice
{
    /// <summary>cpu, cuda or cuda:N; does not ask the machine.</summary>
    public static Device Parse(string text) => text switch
    {
        "cpu" => CPU,
        "cuda" => CUDA,
        _ when text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan("cuda:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => new Device(DeviceType.CUDA, index),
        _ => throw new InputException($"Unknown device '{text}'. Use cpu, cuda or cuda:N."),
    };

    /// <summary>Refuses a GPU that is not there.</summary>
    public static void Check(Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return;
        }

        if (!cuda.is_available())
        {
            throw new InputException(
                $"No CUDA device for --device {device}: libtorch {__version__} sees none. Use --device cpu, or build against a libtorch with CUDA (HARNESS_LIBTORCH).");
        }

        if (device.index >= cuda.device_count())
        {
            throw new InputException($"There is no {device}: this machine has {cuda.device_count()} CUDA device(s), counted from cuda:0.");
        }
    }
}
