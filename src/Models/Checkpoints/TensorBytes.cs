namespace Harness.Models.Checkpoints;

/// <summary>A tensor's elements as bytes.</summary>
internal static class TensorBytes
{
    // a conversion or a copy from the device never needs more than this
    private const long ChunkBytes = 64 << 20;

    /// <summary>Writes the elements, row-major, converted to <paramref name="type"/>, from any device.</summary>
    public static void Write(Tensor tensor, ScalarType type, Stream target)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().view(-1);
        var step = ChunkBytes / type.ToElementType().Bytes();
        for (var start = 0L; start < flat.NumberOfElements; start += step)
        {
            using var chunk = NewDisposeScope();
            var part = flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start));
            target.Write(part.to(type).cpu().bytes);
        }
    }
}
