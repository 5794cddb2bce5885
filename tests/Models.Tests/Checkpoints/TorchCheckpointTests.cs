using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

/// <summary>Folders whose weights are pytorch_model.bin: read like any other, saved as safetensors.</summary>
public sealed class TorchCheckpointTests : IDisposable
{
    private const string Index = """{"metadata":{"total_size":1},"weight_map":{"embed":"pytorch_model-00001-of-00002.bin","head":"pytorch_model-00001-of-00002.bin","norm":"pytorch_model-00002-of-00002.bin"}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Are_read_like_safetensors(bool sharded)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(Write("in", sharded));

        checkpoint.IsSharded.ShouldBe(sharded);
        checkpoint.Entries.Select(entry => entry.Name).ShouldBe(["embed", "head", "norm"]);
        checkpoint.Contains("norm").ShouldBeTrue();
        checkpoint.Shape("embed").ShouldBe([2, 3]);
        checkpoint.Type("norm").ShouldBe(ElementType.BFloat16);
        checkpoint.Load("embed", 2, 3).bytes.ToArray().ShouldBe(Bytes(12));
        checkpoint.Load("head").bytes.ToArray().ShouldBe(Bytes(12));
        Should.Throw<InputException>(() => checkpoint.Load("nrm")).Message.ShouldBe($"{_folder["in"]} has no tensor 'nrm'. Did you mean 'norm'? It holds: embed, head, norm.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Are_saved_as_safetensors_of_the_same_names(bool sharded)
    {
        using var scope = NewDisposeScope();
        using var source = CheckpointFolder.Open(Write("in", sharded));
        _folder.Write("in/tokenizer.json", "{}");
        using (var writer = new CheckpointWriter(source, _folder["out"]))
        {
            writer.Replace("norm", tensor([1f, 0f]));
            writer.Commit();
        }

        string[] weights = sharded ? ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"] : ["model.safetensors"];
        Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["config.json", .. weights, "tokenizer.json"]);
        if (sharded)
        {
            File.ReadAllText(_folder["out/model.safetensors.index.json"]).ReplaceLineEndings("").Replace(" ", "")
                .ShouldBe(Index.Replace("pytorch_model", "model").Replace(".bin", ".safetensors").Replace("size\":1", "size\":28"));
        }

        using var pruned = CheckpointFolder.Open(_folder["out"]);
        pruned.Entries.ShouldBe(source.Entries, new SameTensor());
        pruned.Files.ShouldAllBe(file => file.Metadata!["format"] == "pt");
        pruned.Load("norm").to(ScalarType.Float32).data<float>().ToArray().ShouldBe([1, 0]);
        pruned.Load("embed").bytes.ToArray().ShouldBe(Bytes(12));
        pruned.Load("head").bytes.ToArray().ShouldBe(Bytes(12));
    }

    [Fact]
    public void Stand_back_behind_safetensors()
    {
        Write("in", sharded: false);
        File.WriteAllText(_folder["in/pytorch_model.bin"], "no weights at all");
        TinyCheckpoint.Write(_folder["in"], sharded: true);
        CheckpointFolder.Open(_folder["in"]).Contains("half").ShouldBeTrue();
    }

    [Theory]
    [InlineData("opt")]
    [InlineData("bloom")]
    [InlineData("gpt-neo")]
    [InlineData("falcon-7b")]
    public void Of_torch_come_through_bit_by_bit(string family)
    {
        using var scope = NewDisposeScope();
        using var source = CheckpointFolder.Open(ReferencePack.Path("families", family));
        using (var writer = new CheckpointWriter(source, _folder["out"]))
        {
            writer.Commit();
        }

        using var saved = CheckpointFolder.Open(_folder["out"]);
        saved.IsSharded.ShouldBe(source.IsSharded);
        saved.Entries.ShouldBe(source.Entries, new SameTensor());
        foreach (var entry in source.Entries)
        {
            saved.Load(entry.Name).bytes.ToArray().ShouldBe(source.Load(entry.Name).bytes.ToArray(), entry.Name);
        }
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)i)];

    private string Write(string name, bool sharded)
    {
        Directory.CreateDirectory(_folder[name]);
        _folder.Write($"{name}/config.json", "{}");
        SavedTensor[] tied = [new("embed", "HalfStorage", "0", 6, 0, [2, 3], [3, 1]), new("head", "HalfStorage", "0", 6, 0, [2, 3], [3, 1])];
        SavedTensor[] norm = [new("norm", "BFloat16Storage", "1", 2, 0, [2], [1])];
        var storages = new Dictionary<string, byte[]> { ["0"] = Bytes(12), ["1"] = Bytes(4) };
        if (sharded)
        {
            _folder.Write($"{name}/pytorch_model.bin.index.json", Index);
            TorchSave.Zip(_folder[$"{name}/pytorch_model-00001-of-00002.bin"], tied, storages);
            TorchSave.Zip(_folder[$"{name}/pytorch_model-00002-of-00002.bin"], norm, storages);
        }
        else
        {
            TorchSave.Zip(_folder[$"{name}/pytorch_model.bin"], [.. tied, .. norm], storages);
        }

        return _folder[name];
    }

    private sealed class SameTensor : IEqualityComparer<StoredTensor>
    {
        public bool Equals(StoredTensor? x, StoredTensor? y) => x?.Name == y?.Name && x?.Type == y?.Type && x!.Shape.SequenceEqual(y!.Shape);

        public int GetHashCode(StoredTensor tensor) => tensor.Name.GetHashCode();
    }
}
