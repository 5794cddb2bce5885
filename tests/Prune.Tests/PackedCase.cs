using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Prune.Tests;

/// <summary>One pruning case of the reference pack: what was asked of the original code, and the masks it gave.</summary>
internal sealed class PackedCase : IDisposable
{
    private readonly SafetensorsFile _blob;
    private readonly Dictionary<string, JsonElement> _tensors;

    private PackedCase(string folder, JsonElement json)
    {
        Json = json;
        _blob = SafetensorsFile.Open(Path.Combine(folder, json.GetProperty("file").GetString()!));
        _tensors = json.GetProperty("tensors").EnumerateArray().ToDictionary(tensor => tensor.GetProperty("name").GetString()!);
    }

    public JsonElement Json { get; }

    public string Method => Json.GetProperty("method").GetString()!;

    /// <summary>In our meaning, n stays of m; the pack names what goes.</summary>
    public Sparsity Sparsity
    {
        get
        {
            var type = Json.GetProperty("sparsity_type").GetString()!;
            if (type == "unstructured")
            {
                return Sparsity.Parse(Json.GetProperty("sparsity_ratio").GetDouble().ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            var (removed, group) = (int.Parse(type.Split(':')[0]), int.Parse(type.Split(':')[1]));
            return Sparsity.Parse($"{group - removed}:{group}");
        }
    }

    public IEnumerable<string> Tensors => _tensors.Keys;

    public static PackedCase Open(string model, string id) => In(ReferencePack.Path("pruning", "cases", model), id);

    /// <summary>Opens the case of that id in a folder with a cases.json.</summary>
    public static PackedCase In(string folder, string id)
    {
        var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json"))).RootElement;
        return new PackedCase(folder, index.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("id").GetString() == id));
    }

    public JsonElement Facts(string tensor) => _tensors[tensor];

    public bool Has(string key) => _blob.Header.Entries.Any(entry => entry.Name == key);

    public Tensor Load(string key) => _blob.Load(key);

    /// <summary>The packed mask as bool, true = kept.</summary>
    public Tensor Kept(string tensor)
    {
        var shape = Facts(tensor).GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var bytes = _blob.Load($"mask.{tensor}").data<byte>().ToArray();
        var bits = new bool[shape[0] * shape[1]];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = (bytes[i >> 3] >> (i & 7) & 1) != 0;
        }

        return torch.tensor(bits).view(shape);
    }

    public void Dispose() => _blob.Dispose();
}
