using System.Text.Json;
using Harness.Models;
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

    /// <summary>The options of the method that the case asks for.</summary>
    public Dictionary<string, string> Options => Json.TryGetProperty("use_variant", out var variant) && variant.GetBoolean() ? new() { ["variant"] = "true" } : [];

    public IEnumerable<string> Tensors => _tensors.Keys;

    public static PackedCase Open(string model, string id) => In(ReferencePack.Path("pruning", "cases", model), id);

    /// <summary>Opens the case of that id, and of that model where several have it, in a folder with a cases.json.</summary>
    public static PackedCase In(string folder, string id, string? model = null)
    {
        var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json"))).RootElement;
        return new PackedCase(folder, index.GetProperty("cases").EnumerateArray().Single(
            item => item.GetProperty("id").GetString() == id && (model is null || item.GetProperty("model").GetString() == model)));
    }

    /// <summary>
    /// Compares a pruned weight: the mask bit for bit, and where the pack has them the values, relative to the largest. Bits may differ where the pack saw them differ
    /// under a float64 forward pass.
    /// </summary>
    public void Compare(string tensor, Tensor pruned)
    {
        using var scope = NewDisposeScope();
        var free = Facts(tensor).TryGetProperty("double_mask_differs", out var differs) && differs.ValueKind == JsonValueKind.Number ? differs.GetInt64() : 0;
        Differing(tensor, pruned).ShouldBeLessThanOrEqualTo(free, $"mask bits of {tensor}");
        if (free == 0 && Has($"weight.{tensor}"))
        {
            var weight = Load($"weight.{tensor}");
            (pruned.sub(weight).abs().max() / weight.abs().max()).item<float>().ShouldBeLessThan(1e-4f, tensor);
        }
    }

    /// <summary>How many bits of a mask are not the pack's.</summary>
    public long Differing(string tensor, Tensor pruned)
    {
        using var scope = NewDisposeScope();
        return pruned.ne(0).ne(Kept(tensor)).sum().item<long>();
    }

    /// <summary>Calibration ids of the pack, as a model's first states.</summary>
    public static HiddenStates Calibration(CausalLM model, string key)
    {
        using var scope = NewDisposeScope();
        using var samples = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        var ids = samples.Load(key);
        return HiddenStates.Embed(model, ids.to(int32).data<int>().ToArray(), (int)ids.shape[1]);
    }

    public JsonElement Facts(string tensor) => _tensors[tensor];

    public bool Has(string key) => _blob.Header.Entries.Any(entry => entry.Name == key);

    public Tensor Load(string key) => _blob.Load(key);

    /// <summary>The packed mask as bool, true = kept.</summary>
    public Tensor Kept(string tensor)
    {
        var shape = Facts(tensor).GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        return Unpacked(_blob.ReadBytes($"mask.{tensor}"), shape);
    }

    /// <summary>Packed bits as bool of a shape.</summary>
    public static Tensor Unpacked(byte[] bytes, long[] shape)
    {
        var bits = new bool[shape[0] * shape[1]];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = (bytes[i >> 3] >> (i & 7) & 1) != 0;
        }

        return torch.tensor(bits).view(shape);
    }

    public void Dispose() => _blob.Dispose();
}
