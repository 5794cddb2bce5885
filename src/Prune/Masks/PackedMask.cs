using Harness.Models.Checkpoints;

namespace Harness.Prune.Masks;

/// <summary>
/// Masks in safetensors, one tensor for each linear, named as its weight (with or without <c>.weight</c>); 1 = kept. Either uint8 or bool of the weight's shape,
/// or packed: uint8 [⌈elements / 8⌉], row after row, the least significant bit first.
/// </summary>
public static class PackedMask
{
    private const string Suffix = ".weight";

    /// <summary>Length of a packed mask.</summary>
    public static long Bytes(IEnumerable<long> shape) => (Elements(shape) + 7) / 8;

    /// <summary>Packs where a weight is not zero: uint8 [⌈elements / 8⌉].</summary>
    public static Tensor Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var kept = weight.ne(0).flatten().to(ScalarType.Byte).to(CPU);
        var padded = zeros([Bytes(weight.shape) * 8], ScalarType.Byte);
        padded.narrow(0, 0, kept.numel()).copy_(kept);
        var bits = tensor(new byte[] { 1, 2, 4, 8, 16, 32, 64, 128 });
        return padded.view(-1, 8).mul_(bits).sum(1, type: ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <summary>The mask of a linear as bool of its shape, true = kept.</summary>
    public static Tensor Read(SafetensorsFile file, string parameter, long[] shape)
    {
        using var scope = NewDisposeScope();
        var entry = Check(file, parameter, shape);
        var stored = file.Load(entry.Name);
        if (stored.shape.SequenceEqual(shape))
        {
            return stored.ne(0).MoveToOuterDisposeScope();
        }

        var bits = tensor(new byte[] { 1, 2, 4, 8, 16, 32, 64, 128 });
        return stored.unsqueeze(1).bitwise_and(bits).ne(0).flatten().narrow(0, 0, Elements(shape)).view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses a file without a mask for this linear, or with one of another form.</summary>
    public static SafetensorsEntry Check(SafetensorsFile file, string parameter, IReadOnlyList<long> shape)
    {
        var bare = parameter.EndsWith(Suffix, StringComparison.Ordinal) ? parameter[..^Suffix.Length] : parameter;
        var entry = file.Header.Entries.FirstOrDefault(entry => entry.Name == parameter || entry.Name == bare)
            ?? throw new InputException($"{file.Path} holds no mask named {parameter}. Masks are named as the weights, one for each linear.");
        var isPacked = entry.Type == ElementType.UInt8 && entry.Shape.SequenceEqual([Bytes(shape)]);
        var isWhole = entry.Type is ElementType.UInt8 or ElementType.Bool && entry.Shape.SequenceEqual(shape);
        return isPacked || isWhole ? entry : throw new InputException(
            $"{file.Path}: the mask {entry.Name} is {entry.Type} [{string.Join(", ", entry.Shape)}]; expected uint8 or bool [{string.Join(", ", shape)}], or uint8 [{Bytes(shape)}] packed in bits.");
    }

    private static long Elements(IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);
}
