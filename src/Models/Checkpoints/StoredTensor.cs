namespace Harness.Models.Checkpoints;

/// <summary>A tensor to be stored: its name, element type and shape.</summary>
public sealed record StoredTensor(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Elements × bytes of one.</summary>
    /// <exception cref="OverflowException">The product exceeds 64 bits.</exception>
    public long Bytes => checked(Shape.Aggregate(1L, (product, size) => checked(product * size)) * Type.Bytes());
}
