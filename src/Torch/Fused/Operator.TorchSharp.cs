using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>Where the engine is the TorchSharp package: it knows no kernels of ours, so every operation takes its plain form.</summary>
internal static class Operator
{
    internal static object? TryGet(string name) => null;

    internal static Tensor Call(string name, params object?[] arguments) => throw new MissingMethodException($"{name} does not exist in the TorchSharp package.");

    internal static Tensor CallInPlace(string name, Tensor self, params object?[] rest) => Call(name, self);
}
