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
            $"set train not found: looked for {_folder.Path}/org/set/main/train-00001-of-00002.parquet. "
            + "Download main/train-00001-of-00002.parquet of https://huggingface.co/datasets/org/set to there.");
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
            "The data root /absent/root is no folder. Pass one in hub layout, which holds for example allenai/c4/en.");

    public void Dispose() => _folder.Dispose();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
