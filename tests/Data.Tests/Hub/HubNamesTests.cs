using Harness.Data.Hub;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Hub;

public sealed class HubNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Reads_the_variables_of_the_hubs_tools()
    {
        _folder.Text("home/token", "hf_stored\n");
        var environment = Of(("HF_HOME", _folder["home"]), ("HF_ENDPOINT", "http://127.0.0.1:9/"), ("HF_HUB_OFFLINE", "1"));

        environment.ShouldBe(new HubEnvironment(new Uri("http://127.0.0.1:9/"), "hf_stored", _folder["home/hub"], true));
        Of(("HF_HOME", _folder["home"]), ("HF_TOKEN", "hf_given"), ("HF_HUB_CACHE", _folder["elsewhere"])).ShouldBe(
            new HubEnvironment(new Uri("https://huggingface.co/"), "hf_given", _folder["elsewhere"], false));
        Of(("XDG_CACHE_HOME", _folder.Path)).Cache.ShouldBe(_folder["huggingface/hub"]);
        Of(("HF_TOKEN_PATH", _folder["home/token"])).Token.ShouldBe("hf_stored");
        Should.Throw<InputException>(() => Of(("HF_ENDPOINT", "hub"))).Message.ShouldBe(
            "HF_ENDPOINT is 'hub'; the address of a hub was expected, https://huggingface.co for example.");
    }

    [Theory]
    [InlineData("*.json", "a/b.json", true)]
    [InlineData("*.json", "b.jsonl", false)]
    [InlineData("a/", "a/b/c", true)]
    [InlineData("model-0000[12]*", "model-00002-of-00003.safetensors", true)]
    [InlineData("model-0000[!12]*", "model-00002-of-00003.safetensors", false)]
    [InlineData("?.txt", "ab.txt", false)]
    [InlineData("[x", "[x", true)]
    public void Matches_patterns(string pattern, string path, bool fits) => Glob.Fits(pattern, path).ShouldBe(fits);

    [Fact]
    public void Chooses_one_set_of_weights_and_what_goes_with_it()
    {
        string[] all = ["config.json", "tokenizer.json", "tokenizer.model", "merges.txt", "pytorch_model.bin", "model.safetensors", "consolidated.safetensors", "tf_model.h5", "onnx/model.onnx", "original/params.json"];

        Choose(all).ShouldBe(["config.json", "tokenizer.json", "tokenizer.model", "merges.txt", "model.safetensors"]);
        Choose("config.json", "pytorch_model.bin.index.json", "pytorch_model-00001-of-00001.bin", "model.safetensors.index.json", "model-00001-of-00001.safetensors")
            .ShouldBe(["config.json", "model.safetensors.index.json", "model-00001-of-00001.safetensors"]);
        Choose("config.json", "pytorch_model.bin", "flax_model.msgpack").ShouldBe(["config.json", "pytorch_model.bin"]);
        Should.Throw<InputException>(() => Choose("config.json", "a.gguf")).Message.ShouldBe(
            "org/name has no weights that harness reads (model.safetensors, pytorch_model.bin or their shards). Name files with --include GLOB to fetch them all the same.");
    }

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(269_060_552, "269 MB")]
    [InlineData(1_500, "1.50 kB")]
    [InlineData(13_476_839_424, "13.5 GB")]
    public void Says_sizes(long bytes, string text) => Size.Of(bytes).ShouldBe(text);

    [Fact]
    public void Finds_a_model_by_its_name()
    {
        var environment = Of(("HF_HUB_CACHE", _folder.Path));
        _folder.Text("models--org--name/refs/main", "abc");
        _folder.Text("models--org--name/snapshots/abc/config.json", "{}");
        _folder.Text("models--gpt2/refs/main", "abc");
        _folder.Text("models--gpt2/snapshots/abc/config.json", "{}");

        HubModels.Folder("org/name", environment).ShouldBe(_folder["models--org--name/snapshots/abc"]);
        HubModels.Folder("org/name@abc", environment).ShouldBe(_folder["models--org--name/snapshots/abc"]);
        HubModels.Folder("gpt2", environment).ShouldBe(_folder["models--gpt2/snapshots/abc"]);
        HubModels.Folder("absent", environment).ShouldBe("absent");
        HubModels.Folder("./absent/folder", environment).ShouldBe("./absent/folder");
        HubModels.Folder(_folder.Path, environment).ShouldBe(_folder.Path);
        Should.Throw<InputException>(() => HubModels.Folder("org/other", environment)).Message.ShouldBe(
            $"org/other is neither a folder nor in the hub's cache {_folder.Path}. Fetch it: harness download org/other.");
    }

    public void Dispose() => _folder.Dispose();

    private static HubEnvironment Of(params (string Name, string Value)[] variables) => HubEnvironment.Of(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static IReadOnlyList<string> Choose(params string[] files) => ModelFiles.Choose(new HubRepository(RepositoryKind.Model, "org/name"), files);
}
