namespace Harness.Models.Checkpoints;

public sealed partial class SafetensorsWriter
{
    // a conversion or a copy from the device never needs more than this
    private const long ChunkBytes = 64 << 20;

    /// <summary>Writes a whole tensor from any device, converted to the declared element type.</summary>
    public void Write(string name, Tensor tensor)
    {
        var entry = Seek(name);
        if (!tensor.shape.SequenceEqual(entry.Shape))
        {
            throw new ArgumentException($"'{name}' was declared with shape [{string.Join(", ", entry.Shape)}] and given [{string.Join(", ", tensor.shape)}].", nameof(tensor));
        }

        var type = entry.Type.ToScalarType() ?? throw new ArgumentException($"'{name}' was declared as {entry.Type.StoredName()}, which no tensor can have.", nameof(name));
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().view(-1);
        var step = ChunkBytes / entry.Type.Bytes();
        for (var start = 0L; start < flat.NumberOfElements; start += step)
        {
            using var chunk = NewDisposeScope();
            var part = flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start));
            _stream.Write(part.to(type).cpu().bytes);
        }

        _missing.Remove(name);
    }
}
