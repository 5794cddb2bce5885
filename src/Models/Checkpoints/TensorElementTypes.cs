namespace Harness.Models.Checkpoints;

/// <summary>Between the types of files and those of tensors.</summary>
public static class TensorElementTypes
{
    private static readonly Dictionary<ElementType, ScalarType> ToTensor = new()
    {
        [ElementType.Bool] = ScalarType.Bool,
        [ElementType.UInt8] = ScalarType.Byte,
        [ElementType.Int8] = ScalarType.Int8,
        [ElementType.Int16] = ScalarType.Int16,
        [ElementType.Int32] = ScalarType.Int32,
        [ElementType.Int64] = ScalarType.Int64,
        [ElementType.Float16] = ScalarType.Float16,
        [ElementType.BFloat16] = ScalarType.BFloat16,
        [ElementType.Float32] = ScalarType.Float32,
        [ElementType.Float64] = ScalarType.Float64,
    };

    private static readonly Dictionary<ScalarType, ElementType> FromTensor = ToTensor.ToDictionary(item => item.Value, item => item.Key);

    /// <summary>The tensor library's name of a type, or null for the unsigned integers above 8 bits, which it lacks.</summary>
    public static ScalarType? ToScalarType(this ElementType type) => ToTensor.TryGetValue(type, out var scalar) ? scalar : null;

    /// <summary>The type a tensor's elements are stored in.</summary>
    public static ElementType ToElementType(this ScalarType type) => FromTensor[type];
}
