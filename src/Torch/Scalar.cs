using TorchSharp.Native;

namespace TorchSharp;

/// <summary>A number as an argument of an operator: keeps whether it was written as an integer, a float or a flag.</summary>
public readonly struct Scalar
{
    internal readonly Argument Argument;

    private Scalar(Argument argument) => Argument = argument;

    public static implicit operator Scalar(int value) => new(value);
    public static implicit operator Scalar(long value) => new(value);
    public static implicit operator Scalar(float value) => new((double)value);
    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(bool value) => new(value);
}
