namespace Harness.Models.Checkpoints.Pickles;

/// <summary>A name of Python's that a pickle may use. What a name does is decided here; nothing of Python's is run.</summary>
internal sealed record PickledGlobal(string Name, Func<object?[], object?>? Call = null, ElementType? Type = null, bool IsStorage = false)
{
    private static readonly Dictionary<string, PickledGlobal> Known = All().ToDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>The global of that module and name, or null for all that is not plain data.</summary>
    public static PickledGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    private static IEnumerable<PickledGlobal> All()
    {
        yield return new("collections.OrderedDict", PickledCalls.OrderedDictionary);
        yield return new("torch.Size", arguments => arguments is [object?[] sizes] ? sizes : null);
        yield return new("torch._utils._rebuild_tensor", PickledCalls.Tensor);
        yield return new("torch._utils._rebuild_tensor_v2", PickledCalls.Tensor);
        yield return new("torch._utils._rebuild_tensor_v3", PickledCalls.TypedTensor);
        yield return new("torch._utils._rebuild_parameter", PickledCalls.Parameter);
        yield return new("torch._utils._rebuild_parameter_with_state", PickledCalls.Parameter);
        yield return new("torch._tensor._rebuild_from_type_v2", PickledCalls.TensorWithState);
        yield return new("torch.Tensor");
        yield return new("torch.nn.parameter.Parameter");
        yield return new("torch.UntypedStorage", IsStorage: true);
        yield return new("torch.storage.UntypedStorage", IsStorage: true);

        (string Storage, ElementType Type)[] storages =
        [
            ("Double", ElementType.Float64), ("Float", ElementType.Float32), ("Half", ElementType.Float16), ("BFloat16", ElementType.BFloat16),
            ("Long", ElementType.Int64), ("Int", ElementType.Int32), ("Short", ElementType.Int16), ("Char", ElementType.Int8), ("Byte", ElementType.UInt8),
            ("Bool", ElementType.Bool),
        ];
        foreach (var (storage, type) in storages)
        {
            yield return new($"torch.{storage}Storage", Type: type, IsStorage: true);
        }

        foreach (var (name, type) in ElementTypes.ByTorchName)
        {
            yield return new($"torch.{name}", Type: type);
        }
    }
}
