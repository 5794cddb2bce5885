namespace TorchSharp;

/// <summary>The elements of a contiguous CPU tensor in row-major order. Valid while the tensor lives.</summary>
public sealed unsafe class TensorAccessor<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly T* _first;

    internal TensorAccessor(torch.Tensor tensor, IntPtr first)
    {
        if (sizeof(T) != tensor.ElementSize)
        {
            throw new ArgumentException($"A tensor of {tensor.dtype} holds elements of {tensor.ElementSize} bytes; {typeof(T).Name} has {sizeof(T)}.");
        }

        _tensor = tensor;
        _first = (T*)first;
        Count = tensor.numel();
    }

    public long Count { get; }

    public T this[long index]
    {
        get => _first[Checked(index)];
        set => _first[Checked(index)] = value;
    }

    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values.AsSpan());
        return values;
    }

    public void CopyTo(Span<T> array)
    {
        new ReadOnlySpan<T>(_first, checked((int)Count)).CopyTo(array);
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(ReadOnlySpan<T> array)
    {
        array.CopyTo(new Span<T>(_first, checked((int)Count)));
        GC.KeepAlive(_tensor);
    }

    private long Checked(long index) => (ulong)index < (ulong)Count ? index : throw new ArgumentOutOfRangeException(nameof(index), index, $"The tensor has {Count} elements.");
}
