using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class CheckpointWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_replacements_copies_every_byte(bool sharded)
    {
        TinyCheckpoint.Write(_folder["in"], sharded);
        Save(writer => { });
        Names("out").ShouldBe(Names("in"));
        foreach (var name in Names("in"))
        {
            File.ReadAllBytes(_folder[$"out/{name}"]).ShouldBe(File.ReadAllBytes(_folder[$"in/{name}"]), name);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Replaces_tensors_in_any_order_and_leaves_the_others(bool sharded)
    {
        using var scope = NewDisposeScope();
        TinyCheckpoint.Write(_folder["in"], sharded);
        Save(writer =>
        {
            writer.Replace("norm", tensor(new[] { 1f, 0f, -0f, 2f, 3f }));
            writer.Replace("embed", zeros([3, 2], ScalarType.BFloat16));
        });

        using var pruned = CheckpointFolder.Open(_folder["out"]);
        pruned.Load("norm").dtype.ShouldBe(ScalarType.BFloat16);
        pruned.Load("norm").to(ScalarType.Float32).data<float>().ToArray().ShouldBe([1f, 0f, -0f, 2f, 3f]);
        pruned.Load("embed").bytes.ToArray().ShouldBe(new byte[12]);
        pruned.Load("half").bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes("half"));
        pruned.Load("positions").bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes("positions"));
        File.ReadAllText(_folder["out/config.json"]).ShouldBe(TinyCheckpoint.Config);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Saves_in_another_type(bool sharded)
    {
        using var scope = NewDisposeScope();
        TinyCheckpoint.Write(_folder["in"], sharded);
        Save(writer => writer.Replace("norm", ones([5])), ElementType.Float32);

        using var before = CheckpointFolder.Open(_folder["in"]);
        using var after = CheckpointFolder.Open(_folder["out"]);
        after.Entries.Select(entry => entry.Type).ShouldBe([ElementType.Float32, ElementType.Float32, ElementType.Int64, ElementType.Float32]);
        after.Load("embed").data<float>().ToArray().ShouldBe(before.Load("embed").to(ScalarType.Float32).data<float>().ToArray());
        after.Load("norm").data<float>().ToArray().ShouldBe([1, 1, 1, 1, 1]);
        after.Load("positions").bytes.ToArray().ShouldBe(TinyCheckpoint.Bytes("positions"));
        File.ReadAllText(_folder["out/config.json"]).TrimEnd().ShouldBe(TinyCheckpoint.Config.Replace("bfloat16", "float32"));
        if (sharded)
        {
            File.ReadAllText(_folder["out/model.safetensors.index.json"]).TrimEnd().ShouldBe(TinyCheckpoint.Index.Replace("42", $"{24 + 8 + 16 + 20}"));
        }
    }

    [Theory]
    [InlineData("""{"dtype":"float32"}""", """{"dtype":"float16"}""")]
    [InlineData("""{"dtype":"float32","torch_dtype":"float32"}""", """{"dtype":"float16","torch_dtype":"float16"}""")]
    [InlineData("""{"x":1.0}""", """{"x":1.0,"torch_dtype":"float16"}""")]
    public void Updates_the_type_that_the_config_names(string config, string expected)
    {
        TinyCheckpoint.Write(_folder["in"], sharded: false);
        _folder.Write("in/config.json", config);
        Save(writer => { }, ElementType.Float16);
        File.ReadAllText(_folder["out/config.json"]).ReplaceLineEndings("").Replace(" ", "").ShouldBe(expected);
    }

    [Fact]
    public void Takes_the_other_files_along_but_no_other_weights()
    {
        TinyCheckpoint.Write(_folder["in"], sharded: false);
        string[] along = ["README.md", "generation_config.json", "templates/chat.jinja", "tokenizer.json", "tokenizer.model", "training_args.bin"];
        string[] left =
        [
            ".gitattributes", ".git/config", "consolidated.00.pth", "flax_model.msgpack", "model-00001-of-00002.safetensors", "model.safetensors.index.json",
            "onnx/model.onnx", "original/consolidated.00.pth", "pruned/config.json", "pruned/README.md", "pytorch_model.bin", "pytorch_model.bin.index.json",
            "q4.gguf", "tf_model.h5",
        ];
        foreach (var name in along.Concat(left))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[$"in/{name}"])!);
            _folder.Write($"in/{name}", name);
        }

        Save(writer => { });

        Names("out").ShouldBe(along.Append("config.json").Append("model.safetensors").Order(StringComparer.Ordinal));
        foreach (var name in along)
        {
            File.ReadAllText(_folder[$"out/{name}"]).ShouldBe(name);
        }
    }

    [Fact]
    public void May_write_below_its_source()
    {
        TinyCheckpoint.Write(_folder["in"], sharded: false);
        using (var writer = new CheckpointWriter(CheckpointFolder.Open(_folder["in"]), _folder["in/pruned/"]))
        {
            writer.Commit();
        }

        Names("in").ShouldBe(["config.json", "model.safetensors", "pruned/config.json", "pruned/model.safetensors"]);
    }

    [Fact]
    public void Leaves_nothing_without_commit()
    {
        TinyCheckpoint.Write(_folder["in"], sharded: true);
        using (var writer = new CheckpointWriter(CheckpointFolder.Open(_folder["in"]), _folder["out"]))
        {
            writer.Replace("norm", ones([5]));
        }

        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["in"]]);
    }

    [Fact]
    public void Refuses_a_folder_that_exists()
    {
        var source = CheckpointFolder.Open(TinyCheckpoint.Write(_folder["in"], sharded: true));
        Should.Throw<InputException>(() => new CheckpointWriter(source, _folder["in"])).Message
            .ShouldBe($"{_folder["in"]} already exists. Choose another output folder or remove it.");
    }

    [Fact]
    public void Refuses_tensors_that_the_source_lacks()
    {
        using var scope = NewDisposeScope();
        using var source = CheckpointFolder.Open(TinyCheckpoint.Write(_folder["in"], sharded: true));
        using var writer = new CheckpointWriter(source, _folder["out"]);
        Should.Throw<InputException>(() => writer.Replace("lm_head", ones([5]))).Message
            .ShouldBe($"{_folder["in"]} has no tensor 'lm_head'. It holds: embed, half, positions, norm.");
        Should.Throw<ArgumentException>(() => writer.Replace("norm", ones([4]))).Message.ShouldStartWith("'norm' was declared with shape [5] and given [4].");
    }

    [Theory]
    [InlineData("families/llama-mha")]
    [InlineData("models/tinystories-656k")]
    [InlineData("models/stories260k")]
    public void Reproduces_published_files_byte_for_byte(string name)
    {
        using var source = CheckpointFolder.Open(ReferencePack.Path(name.Split('/')));
        using (var writer = new CheckpointWriter(source, _folder["out"]))
        {
            writer.Commit();
        }

        CheckpointFolder.Open(_folder["out"]).Key.ShouldBe(source.Key);
    }

    private void Save(Action<CheckpointWriter> replace, ElementType? saveAs = null)
    {
        using var source = CheckpointFolder.Open(_folder["in"]);
        using var writer = new CheckpointWriter(source, _folder["out"], saveAs);
        replace(writer);
        writer.Commit();
    }

    private string[] Names(string name) =>
        [.. Directory.EnumerateFiles(_folder[name], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder[name], file)).Order(StringComparer.Ordinal)];
}
