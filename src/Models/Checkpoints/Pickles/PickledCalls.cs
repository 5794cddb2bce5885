namespace Harness.Models.Checkpoints.Pickles;

/// <summary>
/// What torch's functions for rebuilding tensors make of their arguments (torch/_utils.py); null where those are not as torch writes them.
/// Gradients, hooks and attributes are no part of a tensor's values and left out.
/// </summary>
internal static class PickledCalls
{
    public static object? OrderedDictionary(object?[] arguments)
    {
        var dictionary = new PickledDictionary();
        var pairs = arguments switch
        {
            [] => [],
            [List<object?> list] => list,
            _ => null,
        };
        foreach (var pair in pairs ?? [])
        {
            if (pair is not (object?[] or List<object?>) || pair is not IReadOnlyList<object?> { Count: 2 } entry)
            {
                return null;
            }

            dictionary.Set(entry[0], entry[1]);
        }

        return pairs is null ? null : dictionary;
    }

    /// <summary>(storage, offset, shape, strides, …) in the storage's type.</summary>
    public static object? Tensor(object?[] arguments) =>
        arguments is [PickledStorage { Type: { } type } storage, long offset, object?[] shape, object?[] strides, ..] && HasNoMath(arguments, 6)
            ? Tensor(storage, type, offset, shape, strides)
            : null;

    /// <summary>(storage, offset, shape, strides, requires gradient, hooks, type, …) where the storage is bytes.</summary>
    public static object? TypedTensor(object?[] arguments) =>
        arguments is [PickledStorage storage, long offset, object?[] shape, object?[] strides, _, _, PickledGlobal { IsStorage: false, Type: { } type }, ..]
            && HasNoMath(arguments, 7)
            ? Tensor(storage with { Type = type, Elements = storage.Bytes / type.Bytes() }, type, offset, shape, strides)
            : null;

    public static object? Parameter(object?[] arguments) => arguments is [PickledTensor tensor, ..] ? tensor : null;

    /// <summary>(function, class, its arguments, attributes).</summary>
    public static object? TensorWithState(object?[] arguments) =>
        arguments is [PickledGlobal { Call: { } call }, PickledGlobal { Name: "torch.Tensor" or "torch.nn.parameter.Parameter" }, object?[] inner, ..]
            ? call(inner) as PickledTensor
            : null;

    // a conjugated or negated view says so in a dictionary behind the other arguments
    private static bool HasNoMath(object?[] arguments, int index) => arguments.Length <= index || arguments[index] is null or PickledDictionary { Items.Count: 0 };

    private static PickledTensor? Tensor(PickledStorage storage, ElementType type, long offset, object?[] shape, object?[] strides)
    {
        if (offset < 0 || shape.Length != strides.Length || shape.Concat(strides).Any(number => number is not (long and >= 0)))
        {
            return null;
        }

        var tensor = new PickledTensor(storage, type, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]);
        try
        {
            return tensor.Reach == 0 || checked(offset + tensor.Reach) <= storage.Elements ? tensor : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
