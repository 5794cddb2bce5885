using Harness.Tests.Shared;

namespace Harness.Data.Tests;

public sealed class FileHashesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Hashes_a_file_again_only_when_it_has_changed()
    {
        var (file, cache) = (_folder.Text("a.txt", "one"), _folder["cache"]);
        var first = new FileHashes(cache).Of(file);
        first.ShouldBe(ContentKey.OfText("one"));

        var memo = Directory.GetFiles(Path.Combine(cache, "file-hashes")).ShouldHaveSingleItem();
        File.WriteAllText(memo, new string('0', 64));
        new FileHashes(cache).Of(file).ShouldBe(new string('0', 64));

        _folder.Text("a.txt", "other");
        new FileHashes(cache).Of(file).ShouldBe(ContentKey.OfText("other"));
    }

    public void Dispose() => _folder.Dispose();
}
