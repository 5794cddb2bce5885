using System.Text.Json;

namespace Harness.Models.Checkpoints;

/// <summary>
/// Masks in safetensors, one tensor for each linear, named as its weight (with or without <c>.weight</c>); 1 = kept. Either uint8 or bool of the weight's shape,
/// or packed: uint8 [⌈elements / 8⌉], row after row, the least significant bit first.
/// </summary>
public static class PackedMask
{
    /// <summary>Where the masks of a pruned checkpoint lie among its sidecars.</summary>
    public const string SidecarName = "masks.safetensors";

    private const string Suffix = ".weight";

    /// <summary>Adds the masks of all of a model's linears to a checkpoint in the making, each to be written as <see cref="Of"/> packs it.</summary>
    public static SafetensorsWriter AddSidecar(CheckpointWriter checkpoint, CausalLM model)
    {
        string[] linears = [.. model.Linears.Select(linear => linear.Parameter)];
        return checkpoint.AddSidecar(SidecarName, [.. linears.Select(linear => Declare(linear, model.Folder.Shape(linear)))], new Dictionary<string, string>
        {
            ["format"] = "bits",
            ["shapes"] = JsonSerializer.Serialize(linears.ToDictionary(linear => linear, model.Folder.Shape)),
        });
    }

    /// <summary>A packed mask as a tensor to be stored.</summary>
    public static StoredTensor Declare(string parameter, IEnumerable<long> shape) => new(parameter, ElementType.UInt8, [PackedBits.Bytes(Elements(shape))]);

    /// <summary>Packs where a weight is not zero: uint8 [⌈elements / 8⌉].</summary>
    public static Tensor Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return PackedBits.Of(weight.ne(0).flatten()).MoveToOuterDisposeScope();
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

        return PackedBits.Unpacked(stored, Elements(shape)).view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses a file without a mask for this linear, or with one of another form.</summary>
    public static SafetensorsEntry Check(SafetensorsFile file, string parameter, IReadOnlyList<long> shape)
    {
        var bare = parameter.EndsWith(Suffix, StringComparison.Ordinal) ? parameter[..^Suffix.Length] : parameter;
        var entry = file.Header.Entries.FirstOrDefault(entry => entry.Name == parameter || entry.Name == bare)
            ?? throw new InputException($"{file.Path} holds no mask named {parameter}. Masks are named as the weights, one for each linear.");
        var isPacked = entry.Type == ElementType.UInt8 && entry.Shape.SequenceEqual([PackedBits.Bytes(Elements(shape))]);
        var isWhole = entry.Type is ElementType.UInt8 or ElementType.Bool && entry.Shape.SequenceEqual(shape);
        return isPacked || isWhole ? entry : throw new InputException(
            $"{file.Path}: the mask {entry.Name} is {entry.Type} [{string.Join(", ", entry.Shape)}]; expected uint8 or bool [{string.Join(", ", shape)}], or uint8 [{PackedBits.Bytes(Elements(shape))}] packed in bits.");
    }

    private static long Elements(IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);
}
