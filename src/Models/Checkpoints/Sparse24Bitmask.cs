using System.Text.Json.Nodes;

namespace Harness.Models.Checkpoints;

/// <summary>
/// The sparse-24-bitmask format of compressed-tensors: of every four consecutive inputs two values are stored, and a bit for each weight says where they belong.
/// Legacy: compressed-tensors read it until March 2026, and so did vLLM of that time.
/// A weight <c>X.weight</c> becomes <c>X.shape</c> int64 [2, 1], <c>X.compressed</c> [out, in / 2] and <c>X.bitmask</c> uint8 [out, ⌈in / 8⌉], least significant bit first.
/// </summary>
/// <param name="weights">The weights that are stored so, by their names in the checkpoint.</param>
/// <param name="ignore">Linears that are stored dense, as the checkpoint's config will say.</param>
public sealed class Sparse24Bitmask(IReadOnlyCollection<string> weights, IReadOnlyCollection<string> ignore)
{
    /// <summary>As on the command line and in config.json.</summary>
    public const string Name = "sparse-24-bitmask";

    private const int Keep = 2;
    private const int Group = 4;
    private const string Suffix = ".weight";

    private readonly HashSet<string> _weights = new(weights, StringComparer.Ordinal);
    private long _elements;
    private long _zeros;

    /// <summary>Whether a tensor is stored so.</summary>
    public bool Has(string name) => _weights.Contains(name);

    /// <summary>The tensors that stand for one.</summary>
    public IEnumerable<StoredTensor> Declare(StoredTensor tensor)
    {
        if (!Has(tensor.Name))
        {
            return [tensor];
        }

        if (tensor.Shape is not [var rows, var columns] || columns % Group != 0)
        {
            throw new InputException($"{tensor.Name} is [{string.Join(", ", tensor.Shape)}]: {Name} needs a number of inputs that {Group} divides. Leave --format out.");
        }

        return
        [
            new StoredTensor(Part(tensor.Name, "shape"), ElementType.Int64, [2, 1]),
            new StoredTensor(Part(tensor.Name, "compressed"), tensor.Type, [rows, columns / Group * Keep]),
            new StoredTensor(Part(tensor.Name, "bitmask"), ElementType.UInt8, [rows, (columns + 7) / 8]),
        ];
    }

    /// <summary>Writes a weight that is 2:4. weight: [out, in].</summary>
    /// <exception cref="InputException">Some group of four holds more than two values.</exception>
    public void Write(SafetensorsWriter writer, string name, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var dense = weight.to(CPU).contiguous();
        var (rows, columns) = (dense.shape[0], dense.shape[1]);
        // Of groups with fewer values, zeros are stored too: exactly two of four.
        var kept = Fused.NmPruneMask(dense.abs().to(float32), Group - Keep, Group).logical_not();
        if (dense.masked_fill(kept, 0).count_nonzero().item<long>() > 0)
        {
            throw new InputException($"{name} is not 2:4 along its inputs, so {Name} cannot hold it. Prune with --sparsity 2:4, or leave --format out.");
        }

        _elements += dense.numel();
        _zeros += dense.numel() - dense.count_nonzero().item<long>();
        writer.Write(Part(name, "shape"), tensor([rows, columns]).view(2, 1));
        writer.Write(Part(name, "compressed"), dense.masked_select(kept).view(rows, columns / Group * Keep));
        writer.Write(Part(name, "bitmask"), PackedBits.Of(kept));
    }

    /// <summary>config.json with the format said as compressed-tensors does, once the weights are written.</summary>
    public string Config(string json)
    {
        var config = JsonNode.Parse(json)!.AsObject();
        config["quantization_config"] = new JsonObject
        {
            ["quant_method"] = "compressed-tensors",
            ["sparsity_config"] = new JsonObject
            {
                ["format"] = Name,
                ["global_sparsity"] = (double)_zeros / _elements,
                ["sparsity_structure"] = "2:4",
                ["targets"] = new JsonArray("Linear"),
                ["ignore"] = new JsonArray([.. ignore.Select(name => (JsonNode)Bare(name)!)]),
            },
        };
        return StoredTypeRewriter.Text(config);
    }

    /// <summary>The index with every weight's parts in its place.</summary>
    public string Index(string json)
    {
        var index = JsonNode.Parse(json)!.AsObject();
        var map = new JsonObject();
        foreach (var (name, file) in index["weight_map"]!.AsObject())
        {
            foreach (var part in Has(name) ? ["shape", "compressed", "bitmask"] : Array.Empty<string>())
            {
                map[Part(name, part)] = file!.GetValue<string>();
            }

            if (!Has(name))
            {
                map[name] = file!.GetValue<string>();
            }
        }

        index["weight_map"] = map;
        return StoredTypeRewriter.Text(index);
    }

    private static string Part(string name, string part) => $"{Bare(name)}.{part}";

    private static string Bare(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
}
