using System.Globalization;
using Harness.Models.Checkpoints;

namespace Harness.Prune.Masks;

/// <summary>
/// Tier maps in safetensors, one for each linear, named as its weight: uint8 [tile rows, tile columns], 1 dense, 2 = 2:4, 3 = top-k or dropped. The metadata has
/// <c>method</c>, <c>block_size</c> and, where it comes from a schedule, <c>iteration</c> and, where that says so, <c>epochs</c>.
/// </summary>
public sealed class TierMapFile
{
    /// <summary>Among the sidecars of a pruned checkpoint.</summary>
    public const string SidecarName = "tiers.safetensors";

    /// <summary>Within the folder of a pruned checkpoint.</summary>
    public const string Name = $"{CheckpointWriter.SidecarFolder}/{SidecarName}";

    private readonly SafetensorsFile _file;

    private TierMapFile(SafetensorsFile file) => _file = file;

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The method that made the maps; null where the file does not say.</summary>
    public string? Method => Metadata("method");

    /// <summary>The iteration of a schedule that they are from; null where there is none.</summary>
    public int? Iteration => Number("iteration");

    /// <exception cref="InputException">The file is absent or damaged.</exception>
    public static TierMapFile Open(string path) => new(SafetensorsFile.Open(path));

    /// <summary>Writes maps of one method.</summary>
    /// <param name="create">Makes the file for such tensors and metadata.</param>
    public static void Write(Func<IReadOnlyList<StoredTensor>, Dictionary<string, string>, SafetensorsWriter> create, string method, IReadOnlyList<KeyValuePair<string, TierMap>> maps)
    {
        var first = maps[0].Value;
        var metadata = new Dictionary<string, string> { ["method"] = method, ["block_size"] = Text(first.Side) };
        if (first.Iteration is { } iteration)
        {
            metadata["iteration"] = Text(iteration);
        }

        if (first.Epochs is { } epochs)
        {
            metadata["epochs"] = epochs.ToString(CultureInfo.InvariantCulture);
        }

        var writer = create([.. maps.Select(map => new StoredTensor(map.Key, ElementType.UInt8, [map.Value.Rows, map.Value.Columns]))], metadata);
        foreach (var (name, map) in maps)
        {
            writer.Write(name, map.Tiers);
        }

        writer.Complete();
    }

    /// <summary>The map of a linear.</summary>
    /// <param name="shape">Of its weight.</param>
    /// <param name="side">Of a tile.</param>
    /// <exception cref="InputException">There is none, it has another shape or block size, or holds something else than tiers.</exception>
    public TierMap Read(string parameter, IReadOnlyList<long> shape, int side)
    {
        Check(parameter, shape, side);
        var (rows, columns) = Tiles(shape, side);
        var tiers = _file.ReadBytes(parameter);
        return tiers.All(tier => tier is >= TierMap.Dense and <= TierMap.TopK)
            ? new TierMap(side, rows, columns, tiers) { Iteration = Iteration }
            : throw new InputException($"{Path}: the tier map {parameter} holds a {tiers.First(tier => tier is < TierMap.Dense or > TierMap.TopK)}; 1 (dense), 2 (2:4) and 3 (top-k) were expected.");
    }

    /// <summary>Refuses a file without a map for this linear, or with one of another form.</summary>
    public void Check(string parameter, IReadOnlyList<long> shape, int side)
    {
        var entry = _file.Header.Find(parameter) ?? throw new InputException($"{Path} holds no tier map named {parameter}. Tier maps are named as the weights, one for each pruned linear.");
        if (Number("block_size") is { } made && made != side)
        {
            throw new InputException($"{Path} holds maps of tiles of {made}×{made}, and tiles of {side}×{side} were asked for. Use --block-size {made}.");
        }

        var (rows, columns) = Tiles(shape, side);
        if (entry.Type != ElementType.UInt8 || !entry.Shape.SequenceEqual([rows, columns]))
        {
            throw new InputException(
                $"{Path}: the tier map {parameter} is {entry.Type.StoredName()} [{string.Join(", ", entry.Shape)}]; a weight of [{string.Join(", ", shape)}] in tiles of {side}×{side} needs U8 [{rows}, {columns}]. Is it from this model?");
        }
    }

    private static (long Rows, long Columns) Tiles(IReadOnlyList<long> shape, int side) => ((shape[0] + side - 1) / side, (shape[1] + side - 1) / side);

    private string? Metadata(string key) => _file.Header.Metadata?.GetValueOrDefault(key);

    private int? Number(string key) => Metadata(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InputException($"{Path}: the metadata '{key}' is '{text}'; a whole number was expected.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
