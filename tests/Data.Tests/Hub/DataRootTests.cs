using Harness.Data.Hub;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Hub;

public sealed class DataRootTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Finds_the_files_of_a_split_in_order()
    {
        var second = _folder.Text("org/set/main/train-00001-of-00002.parquet", "");
        var first = _folder.Text("org/set/main/train-00000-of-00002.parquet", "");
        _folder.Text("org/set/main/test-00000-of-00001.parquet", "");

        new DataRoot(_folder.Path).FindSplit("set train", "org/set", "main", "train").ShouldBe([first, second]);
    }

    [Fact]
    public void Names_the_file_that_a_split_lacks()
    {
        _folder.Text("org/set/main/train-00000-of-00002.parquet", "");

        Error(() => new DataRoot(_folder.Path).FindSplit("set train", "org/set", "main", "train")).ShouldBe(
            $"set train not found: org/set/main/train-00001-of-00002.parquet is not in {_folder.Path}. Fetch it: harness download set --data {_folder.Path}.");
    }

    [Fact]
    public void Finds_files_whose_names_end_in_the_converters_hash()
    {
        var file = _folder.Text("org/set/main/test-00000-of-00001-0a1b2c3d.parquet", "");

        new DataRoot(_folder.Path).FindSplit("set test", "org/set", "main", "test").ShouldBe([file]);
    }

    [Fact]
    public void Names_the_folder_that_does_not_exist() =>
        Error(() => new DataRoot("/absent/root")).ShouldBe(
            "The data root /absent/root is no folder. Pass one in hub layout, which holds for example allenai/c4/en, "
            + "or fetch data to there: harness download c4 --data /absent/root.");

    [Fact]
    public void Finds_files_that_the_hubs_converter_has_named()
    {
        var first = _folder.Text("org/set/plain/test/0000.parquet", "");
        var second = _folder.Text("org/set/plain/test/0001.parquet", "");

        new DataRoot(_folder.Path).FindSplit("set test", "org/set", "plain", "test").ShouldBe([first, second]);
        File.Delete(first);
        Error(() => new DataRoot(_folder.Path).FindSplit("set test", "org/set", "plain", "test")).ShouldStartWith("set test not found: org/set/plain/test/0000.parquet is not in ");
    }

    [Fact]
    public void Finds_files_in_the_cache_of_other_tools()
    {
        _folder.Text("datasets--org--set/refs/main", "abc");
        _folder.Text("datasets--org--set/refs/refs/convert/parquet", "def");
        _folder.Text("datasets--org--set/snapshots/old/en/a.json.gz", "");
        var file = _folder.Text("datasets--org--set/snapshots/abc/en/a.json.gz", "");
        var converted = _folder.Text("datasets--org--set/snapshots/def/plain/test/0000.parquet", "");
        var root = new DataRoot(_folder.Path);

        root.Find("set", "org/set", "en/a.json.gz").ShouldBe(file);
        root.FindSplit("set test", "org/set", "plain", "test").ShouldBe([converted]);
        Error(() => root.Find("set", "org/set", "en/b.json.gz")).ShouldBe(
            $"set not found: org/set/en/b.json.gz is not in {_folder.Path}. Fetch it: harness download set --data {_folder.Path}.");
    }

    public void Dispose() => _folder.Dispose();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
