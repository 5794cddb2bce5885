namespace Harness.Models.Checkpoints;

public sealed partial class SafetensorsWriter
{
    /// <summary>Writes a whole tensor from any device, converted to the declared element type.</summary>
    public void Write(string name, Tensor tensor)
    {
        var entry = Seek(name);
        if (!tensor.shape.SequenceEqual(entry.Shape))
        {
            throw new ArgumentException($"'{name}' was declared with shape [{string.Join(", ", entry.Shape)}] and given [{string.Join(", ", tensor.shape)}].", nameof(tensor));
        }

        var type = entry.Type.ToScalarType() ?? throw new ArgumentException($"'{name}' was declared as {entry.Type.StoredName()}, which no tensor can have.", nameof(name));
        TensorBytes.Write(tensor, type, _stream);
        _missing.Remove(name);
    }
}
