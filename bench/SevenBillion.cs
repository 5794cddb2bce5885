using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Bench;

/// <summary>A checkpoint of the shape of LLaMA-7B: random weights of two blocks, which all the others repeat, in a shard for each block.</summary>
internal sealed class SevenBillion : IDisposable
{
    private const int Distinct = 2;

    private readonly Dictionary<string, string> _shardOf = [];

    /// <param name="tokenizer">A folder with one of at most as many ids as the model has.</param>
    public SevenBillion(string tokenizer)
    {
        Folder = Directory.CreateTempSubdirectory("harness-bench-7b-").FullName;
        foreach (var file in Directory.EnumerateFiles(tokenizer, "tokenizer*"))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(Folder, "config.json"), JsonSerializer.Serialize(LlamaShape.SevenBillion.Config("bfloat16")));
        var layout = ModelConfig.Read(Path.Combine(Folder, "config.json")).Layout;
        var parameters = layout.Parameters().ToLookup(parameter =>
            Enumerable.Range(0, layout.Blocks).Cast<int?>().FirstOrDefault(block => parameter.Name.StartsWith(layout.PrefixOf(block!.Value), StringComparison.Ordinal)));
        manual_seed(0);
        Write("rest", [.. parameters[null].Select(parameter => (parameter.Name, Random(parameter.Shape)))]);
        var blocks = Enumerable.Range(0, Distinct).Select(block => parameters[block].Select(parameter => (Name: parameter.Name[layout.PrefixOf(block).Length..], Values: Random(parameter.Shape))).ToArray()).ToArray();
        for (var block = 0; block < layout.Blocks; block++)
        {
            Write($"block-{block}", [.. blocks[block % Distinct].Select(tensor => (layout.PrefixOf(block) + tensor.Name, tensor.Values))]);
        }

        File.WriteAllText(Path.Combine(Folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { metadata = new { }, weight_map = _shardOf }));
        foreach (var (_, values) in blocks.SelectMany(block => block))
        {
            values.Dispose();
        }
    }

    /// <summary>Where it lies; gone with this object.</summary>
    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string shard, (string Name, Tensor Values)[] tensors)
    {
        using var stream = File.Create(Path.Combine(Folder, $"{shard}.safetensors"));
        var writer = new SafetensorsWriter(stream, [.. tensors.Select(tensor => new StoredTensor(tensor.Name, ElementType.BFloat16, tensor.Values.shape))]);
        foreach (var (name, values) in tensors)
        {
            writer.Write(name, values);
            _shardOf[name] = $"{shard}.safetensors";
        }

        writer.Complete();
    }

    private static Tensor Random(IReadOnlyList<long> shape)
    {
        using var scope = NewDisposeScope();
        var values = shape.Count == 1 ? ones([.. shape]) : randn([.. shape]).mul_(0.02f);
        return values.to(bfloat16).DetachFromDisposeScope();
    }
}
