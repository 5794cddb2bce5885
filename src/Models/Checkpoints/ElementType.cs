namespace Harness.Models.Checkpoints;

/// <summary>What a stored tensor's elements are; the names of safetensors and of config.json are in <see cref="ElementTypes"/>.</summary>
public enum ElementType
{
    Bool, UInt8, Int8, UInt16, Int16, UInt32, Int32, UInt64, Int64, Float16, BFloat16, Float32, Float64,
}

/// <summary>Sizes and names of <see cref="ElementType"/>s.</summary>
public static class ElementTypes
{
    // in the order of the enumeration: name in a safetensors header, bytes, name in config.json (torch's name)
    private static readonly (string Stored, int Bytes, string Torch)[] Table =
    [
        ("BOOL", 1, "bool"), ("U8", 1, "uint8"), ("I8", 1, "int8"), ("U16", 2, "uint16"), ("I16", 2, "int16"), ("U32", 4, "uint32"), ("I32", 4, "int32"),
        ("U64", 8, "uint64"), ("I64", 8, "int64"), ("F16", 2, "float16"), ("BF16", 2, "bfloat16"), ("F32", 4, "float32"), ("F64", 8, "float64"),
    ];

    /// <summary>By the name that a safetensors header uses: "BF16".</summary>
    public static IReadOnlyDictionary<string, ElementType> ByStoredName { get; } =
        Enum.GetValues<ElementType>().ToDictionary(StoredName, StringComparer.Ordinal);

    /// <summary>By torch's name, which config.json uses: "bfloat16".</summary>
    public static IReadOnlyDictionary<string, ElementType> ByTorchName { get; } =
        Enum.GetValues<ElementType>().ToDictionary(TorchName, StringComparer.Ordinal);

    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this ElementType type) => Table[(int)type].Bytes;

    /// <summary>The name in a safetensors header: "BF16".</summary>
    public static string StoredName(this ElementType type) => Table[(int)type].Stored;

    /// <summary>The name in config.json: "bfloat16".</summary>
    public static string TorchName(this ElementType type) => Table[(int)type].Torch;

    /// <summary>Whether the elements are floating-point numbers.</summary>
    public static bool IsFloatingPoint(this ElementType type) => type >= ElementType.Float16;
}
