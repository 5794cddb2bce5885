using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>What a <see cref="Value"/> holds; the numbers are those of dispatcher.cpp.</summary>
internal enum Tag : long
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    IntList,
    DoubleList,
    TensorList,
    String,
}

/// <summary>An argument or a result as it crosses to C.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct Value
{
    [FieldOffset(0)] internal Tag Tag;
    [FieldOffset(8)] internal long Int;
    [FieldOffset(8)] internal double Double;
    [FieldOffset(8)] internal IntPtr Pointer;
    [FieldOffset(16)] internal long Length;
}

/// <summary>An argument of an operator as C# writes it: a tensor, number, flag, list, text or nothing.</summary>
internal readonly struct Argument
{
    internal readonly Tag Tag;
    internal readonly long Bits;
    internal readonly object? Reference;

    private Argument(Tag tag, long bits, object? reference)
    {
        Tag = tag;
        Bits = bits;
        Reference = reference;
    }

    public static implicit operator Argument(torch.Tensor? tensor) => tensor is null ? default : new(Tag.Tensor, 0, tensor);
    public static implicit operator Argument(long number) => new(Tag.Int, number, null);
    public static implicit operator Argument(int number) => new(Tag.Int, number, null);
    public static implicit operator Argument(double number) => new(Tag.Double, BitConverter.DoubleToInt64Bits(number), null);
    public static implicit operator Argument(bool flag) => new(Tag.Bool, flag ? 1 : 0, null);
    public static implicit operator Argument(long? number) => number is { } n ? n : default(Argument);
    public static implicit operator Argument(double? number) => number is { } n ? n : default(Argument);
    public static implicit operator Argument(long[]? numbers) => numbers is null ? default : new(Tag.IntList, 0, numbers);
    public static implicit operator Argument(double[]? numbers) => numbers is null ? default : new(Tag.DoubleList, 0, numbers);
    public static implicit operator Argument(torch.Tensor[]? tensors) => tensors is null ? default : new(Tag.TensorList, 0, tensors);
    public static implicit operator Argument(string? text) => text is null ? default : new(Tag.String, 0, text);
    public static implicit operator Argument(Scalar scalar) => scalar.Argument;
    public static implicit operator Argument(torch.ScalarType? type) => type is { } t ? (long)t : default(Argument);
    public static implicit operator Argument(torch.ScalarType type) => (long)type;
    public static implicit operator Argument(torch.Device? device) => device?.ToString();
}
