using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gives_every_tensor_by_its_name(bool sharded)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder.Path, sharded));

        checkpoint.IsSharded.ShouldBe(sharded);
        checkpoint.Entries.Select(entry => entry.Name).ShouldBe(["embed", "half", "positions", "norm"]);
        checkpoint.Contains("norm").ShouldBeTrue();
        checkpoint.Contains("head").ShouldBeFalse();
        checkpoint.Shape("embed").ShouldBe([3, 2]);
        checkpoint.Type("half").ShouldBe(ElementType.Float16);
        checkpoint.Load("embed").dtype.ShouldBe(ScalarType.BFloat16);
        checkpoint.Load("positions").dtype.ShouldBe(ScalarType.Int64);
        foreach (var name in checkpoint.Entries.Select(entry => entry.Name))
        {
            checkpoint.Load(name, [.. checkpoint.Shape(name)]).bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes(name));
        }
    }

    [Fact]
    public void Tensors_live_on_after_the_mapping_is_released()
    {
        using var scope = NewDisposeScope();
        var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder.Path, sharded: true));
        var norm = checkpoint.Load("norm");
        checkpoint.Release();
        norm.bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes("norm"));
        checkpoint.Load("norm").bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes("norm"));
        checkpoint.Release();
    }

    [Fact]
    public void Writing_into_a_tensor_leaves_the_file_alone()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder.Path, sharded: false));
        var before = File.ReadAllBytes(_folder["model.safetensors"]);
        checkpoint.Load("norm").zero_();
        File.ReadAllBytes(_folder["model.safetensors"]).ShouldBe(before);
    }

    [Fact]
    public void Copies_tensors_that_are_not_aligned()
    {
        using var scope = NewDisposeScope();
        _folder.Write("config.json", "{}");
        RawSafetensors.Write(
            _folder["model.safetensors"],
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},"c":{"dtype":"BOOL","shape":[1],"data_offsets":[9,10]}}""",
            10);
        using var checkpoint = CheckpointFolder.Open(_folder.Path);
        checkpoint.Load("b").dtype.ShouldBe(ScalarType.Float32);
        checkpoint.Load("b").bytes.ToArray().ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
        checkpoint.Load("a").bytes.ToArray().ShouldBe([0]);
        checkpoint.Load("c").dtype.ShouldBe(ScalarType.Bool);
    }

    [Fact]
    public void Refuses_a_tensor_type_that_tensors_lack()
    {
        _folder.Write("config.json", "{}");
        RawSafetensors.Write(_folder["model.safetensors"], """{"a":{"dtype":"U16","shape":[1],"data_offsets":[0,2]}}""", 2);
        using var checkpoint = CheckpointFolder.Open(_folder.Path);
        Message(() => checkpoint.Load("a")).ShouldBe(
            $"{_folder["model.safetensors"]}: tensor 'a' has dtype U16, which no tensor can have; signed integers, U8, BOOL or floating point were expected.");
    }

    [Fact]
    public void Refuses_another_shape_than_the_config_implies()
    {
        using var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder.Path, sharded: false));
        Message(() => checkpoint.Load("embed", 2, 2)).ShouldBe(
            $"embed in {_folder.Path} has shape [3, 2]; config.json implies [2, 2]. Are config and weights from the same checkpoint?");
    }

    [Fact]
    public void Names_the_nearest_tensor_where_one_is_missing()
    {
        using var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder.Path, sharded: true));
        Message(() => checkpoint.Load("nrm")).ShouldBe(
            $"{_folder.Path} has no tensor 'nrm'. Did you mean 'norm'? It holds: embed, half, positions, norm.");
    }

    [Fact]
    public void Its_key_follows_the_content()
    {
        var first = CheckpointFolder.Open(TinyCheckpoint.Write(_folder["a"], sharded: true)).Key;
        CheckpointFolder.Open(TinyCheckpoint.Write(_folder["b"], sharded: true)).Key.ShouldBe(first);

        var shard = _folder["b/model-00002-of-00002.safetensors"];
        var bytes = File.ReadAllBytes(shard);
        bytes[^1] ^= 1;
        File.WriteAllBytes(shard, bytes);
        File.SetLastWriteTimeUtc(shard, DateTime.UnixEpoch);
        CheckpointFolder.Open(_folder["b"]).Key.ShouldNotBe(first);
    }

    [Fact]
    public void Refuses_a_folder_that_is_not_there() =>
        Refusal("nowhere").ShouldBe($"{_folder["nowhere"]} does not exist; a folder with config.json and model.safetensors was expected.");

    [Fact]
    public void Refuses_a_folder_without_config() =>
        Refusal("").ShouldBe($"{_folder[""]} has no config.json. Pass a checkpoint's own folder, with config.json and model.safetensors in it.");

    [Theory]
    [InlineData("README.md", " has a config.json but no weights. Download model.safetensors, or the shards and their model.safetensors.index.json.")]
    [InlineData("pytorch_model-00001-of-00002.bin", " has pytorch_model-00001-of-00002.bin but no pytorch_model.bin.index.json, which says where each tensor lies. Download the index too.")]
    [InlineData("model.Q4.gguf", " has no model.safetensors, only model.Q4.gguf. Convert the weights to model.safetensors, or pass the folder of the original checkpoint.")]
    [InlineData("model-00001-of-00002.safetensors", " has model-00001-of-00002.safetensors but no model.safetensors.index.json, which says where each tensor lies. Download the index too.")]
    public void Says_what_it_found_instead_of_weights(string found, string sentence)
    {
        _folder.Write("config.json", "{}");
        _folder.Write(found, "");
        Refusal("").ShouldBe(_folder[""] + sentence);
    }

    [Theory]
    [InlineData("../model-00001-of-00002.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void Refuses_an_index_that_points_outside_the_folder(string shard) =>
        IndexRefusal($$$"""{"weight_map":{"embed":"{{{shard}}}"}}""")
            .ShouldBe($"{_folder["model.safetensors.index.json"]}: tensor 'embed' is said to lie in '{shard}'; the plain name of a file of the folder was expected.");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"weight_map":{"embed":1}}""")]
    [InlineData("""{"weight_map":{"embed":"a","embed":"b"}}""")]
    public void Refuses_an_index_without_weight_map(string index) => IndexRefusal(index).ShouldBe(
        $"{_folder["model.safetensors.index.json"]} holds no weight_map from tensor names to file names. Copy or download it again.");

    [Fact]
    public void Refuses_an_index_whose_shard_is_missing()
    {
        TinyCheckpoint.Write(_folder.Path, sharded: true);
        File.Delete(_folder["model-00002-of-00002.safetensors"]);
        Message(() => CheckpointFolder.Open(_folder.Path)).ShouldBe(
            $"{_folder.Path} lacks model-00002-of-00002.safetensors, which its model.safetensors.index.json names. Download the missing file.");
    }

    [Fact]
    public void Refuses_a_shard_without_a_tensor_of_the_index() =>
        IndexRefusal(TinyCheckpoint.Index.Replace("\"norm\"", "\"head\": \"model-00002-of-00002.safetensors\", \"norm\"")).ShouldBe(
            $"{_folder["model-00002-of-00002.safetensors"]} has no tensor 'head', which model.safetensors.index.json places there. "
            + "Are index and shards from the same checkpoint?");

    [Fact]
    public void Refuses_a_shard_with_a_tensor_that_the_index_does_not_list() =>
        IndexRefusal("""{"weight_map":{"embed":"model-00001-of-00002.safetensors"}}""").ShouldBe(
            $"{_folder["model-00001-of-00002.safetensors"]} has a tensor 'half', which model.safetensors.index.json does not place there. "
            + "Are index and shards from the same checkpoint?");

    [Theory]
    [InlineData("families/llama-mha")]
    [InlineData("families/llama-gqa-tied")]
    [InlineData("families/mixtral")]
    [InlineData("models/tinystories-656k")]
    public void Opens_checkpoints_of_the_reference_pack(string name)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(ReferencePack.Path(name.Split('/')));
        foreach (var entry in checkpoint.Entries)
        {
            using var stored = new MemoryStream();
            checkpoint.FileOf(entry.Name).CopyTo(entry.Name, stored);
            checkpoint.Load(entry.Name).bytes.ToArray().ShouldBe(stored.ToArray());
        }
    }

    private static string Message(Action action) => Should.Throw<InputException>(action).Message;

    private string Refusal(string name) => Message(() => CheckpointFolder.Open(_folder[name]));

    private string IndexRefusal(string index)
    {
        TinyCheckpoint.Write(_folder.Path, sharded: true);
        _folder.Write("model.safetensors.index.json", index);
        return Message(() => CheckpointFolder.Open(_folder.Path));
    }
}
