namespace Harness.Models;

/// <summary>Where hidden states find room: on the device of the computation as long as it lasts there, then in the host's memory, then on disk.</summary>
/// <param name="bytes">What may be held in the host's memory at once.</param>
/// <param name="folder">Where the files of the others go; null: all are held in memory.</param>
/// <param name="deviceBytes">What may be held on a device that is not the CPU.</param>
public sealed class StateSpace(long bytes, string? folder, long deviceBytes = 0)
{
    private long _held;
    private long _onDevice;
    private long _onDisk;

    /// <summary>All in the host's memory.</summary>
    public static StateSpace Memory { get; } = new(long.MaxValue, null);

    /// <summary>Bytes held in the host's memory at the moment.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Bytes held on the device at the moment.</summary>
    public long OnDevice => Interlocked.Read(ref _onDevice);

    /// <summary>Bytes that have found no room in memory so far, whether they are still needed or not.</summary>
    public long PutOnDisk => Interlocked.Read(ref _onDisk);

    /// <summary>Room for [tokens, width].</summary>
    /// <param name="device">Of the computation.</param>
    internal StateBuffer Take(long tokens, long width, ScalarType type, Device device)
    {
        var size = tokens * width * type.ElementSize();
        if (device.type != DeviceType.CPU && OnDevice + size <= deviceBytes)
        {
            Interlocked.Add(ref _onDevice, size);
            return new MemoryBuffer(tokens, width, type, device, () => Interlocked.Add(ref _onDevice, -size));
        }

        if (folder is not null && Held + size > bytes)
        {
            Interlocked.Add(ref _onDisk, size);
            return new FileBuffer(folder, tokens, width, type);
        }

        Interlocked.Add(ref _held, size);
        return new MemoryBuffer(tokens, width, type, CPU, () => Interlocked.Add(ref _held, -size));
    }
}
