namespace Harness.Models.Checkpoints;

/// <summary>A tensor in a file: its bytes are [<paramref name="Begin"/>, <paramref name="End"/>) counted from the file's first byte.</summary>
public sealed record SafetensorsEntry(StoredTensor Tensor, long Begin, long End)
{
    /// <inheritdoc cref="StoredTensor.Name"/>
    public string Name => Tensor.Name;

    /// <inheritdoc cref="StoredTensor.Type"/>
    public ElementType Type => Tensor.Type;

    /// <inheritdoc cref="StoredTensor.Shape"/>
    public IReadOnlyList<long> Shape => Tensor.Shape;

    /// <summary>Length in bytes.</summary>
    public long Bytes => End - Begin;
}
