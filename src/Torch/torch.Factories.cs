using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.Native.Operator;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null) => Call("empty.memory_format", size, dtype, default, device);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null) => Call("zeros", size, dtype, default, device);

    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null) => zeros([size], dtype, device);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null) => Call("ones", size, dtype, default, device);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null) => Call("full", size, value, dtype, default, device);

    public static Tensor eye(long rows, ScalarType? dtype = null, Device? device = null) => Call("eye", rows, dtype, default, device);

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null) => Call("randn", size, dtype, default, device);

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null) => Call("rand", size, dtype, default, device);

    public static Tensor empty_like(Tensor input) => Call("empty_like", input);

    public static Tensor zeros_like(Tensor input) => Call("zeros_like", input);

    public static Tensor ones_like(Tensor input) => Call("ones_like", input);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null) => Call("arange", stop, dtype, default, device);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null) => Call("arange.start", start, stop, dtype, default, device);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null) =>
        Call("arange.start_step", start, stop, step, dtype, default, device);

    public static Tensor tensor(float value, ScalarType? dtype = null, Device? device = null) => full([], value, dtype ?? ScalarType.Float32, device);

    public static Tensor tensor(float[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Float32, dtype, device);

    public static Tensor tensor(double[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Float64, dtype, device);

    public static Tensor tensor(long[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Int64, dtype, device);

    public static Tensor tensor(int[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Int32, dtype, device);

    public static Tensor tensor(byte[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Byte, dtype, device);

    public static Tensor tensor(bool[] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.Length], ScalarType.Bool, dtype, device);

    public static Tensor tensor(float[,] data, ScalarType? dtype = null, Device? device = null) => Copied(data, [data.GetLength(0), data.GetLength(1)], ScalarType.Float32, dtype, device);

    /// <summary>
    /// The elements of a file, memory-mapped: nothing is read before it is used. Shared: writes reach the file, which is made or grown as needed; otherwise they stay private to the mapping.
    /// </summary>
    public static Tensor from_file(string filename, bool? shared = null, long? size = 0, ScalarType? dtype = null, Device? device = null) =>
        Call("from_file", filename, shared is { } s ? s : default(Argument), size, dtype, default, device);

    /// <summary>A new CPU tensor with a copy of the array's elements, then converted where a type or device is asked for.</summary>
    private static Tensor Copied(Array data, long[] shape, ScalarType elements, ScalarType? dtype, Device? device)
    {
        var tensor = empty(shape, elements);
        if (data.Length > 0)
        {
            ref var first = ref MemoryMarshal.GetArrayDataReference(data);
            MemoryMarshal.CreateReadOnlySpan(ref first, checked((int)(data.Length * tensor.ElementSize))).CopyTo(tensor.bytes);
        }

        if ((dtype ?? elements) == elements && (device is null || device.type == DeviceType.CPU))
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.to(dtype ?? elements, device ?? CPU);
        }
    }
}
