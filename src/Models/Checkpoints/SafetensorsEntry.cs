namespace Harness.Models.Checkpoints;

/// <summary>A tensor to be stored: its name, element type and shape.</summary>
public sealed record SafetensorsTensor(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Elements × bytes of one.</summary>
    /// <exception cref="OverflowException">The product exceeds 64 bits.</exception>
    public long Bytes => checked(Shape.Aggregate(1L, (product, size) => checked(product * size)) * Type.Bytes());
}

/// <summary>A tensor in a file: its bytes are [<paramref name="Begin"/>, <paramref name="End"/>) counted from the file's first byte.</summary>
public sealed record SafetensorsEntry(SafetensorsTensor Tensor, long Begin, long End)
{
    /// <inheritdoc cref="SafetensorsTensor.Name"/>
    public string Name => Tensor.Name;

    /// <inheritdoc cref="SafetensorsTensor.Type"/>
    public ElementType Type => Tensor.Type;

    /// <inheritdoc cref="SafetensorsTensor.Shape"/>
    public IReadOnlyList<long> Shape => Tensor.Shape;

    /// <summary>Length in bytes.</summary>
    public long Bytes => End - Begin;
}
