using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class SnapshotTests
{
    [Fact]
    public void Tells_the_first_line_that_differs_and_leaves_the_new_text_beside()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("HARNESS_ACCEPT") == "1", "every new text is being accepted");
        using var folder = new TemporaryFolder();
        var (verified, received) = (folder.File("Snapshots", "SomeTests.Method.verified.md"), folder.File("Snapshots", "SomeTests.Method.received.md"));
        Durable.WriteText(verified, "one\ntwo\n");

        Should.Throw<Exception>(() => Snapshot.Match("one\n2\n", testFile: folder.File("SomeTests.cs"), method: "Method")).Message
            .ShouldBe($"The text differs from its snapshot at line 2.\n  snapshot: two\n  received: 2\nTo accept the new text: mv '{received}' '{verified}'");
        File.ReadAllText(received).ShouldBe("one\n2\n");
    }

    [Fact]
    public void Finds_a_snapshot_whose_test_is_gone()
    {
        using var folder = new TemporaryFolder();
        Durable.WriteText(folder.File("Snapshots", "SnapshotTests.Gone.verified.md"), "");

        Snapshot.Dangling(typeof(SnapshotTests).Assembly, folder.File("SnapshotTests.cs")).ShouldBe(["SnapshotTests.Gone.verified.md"]);
    }

    [Fact]
    public void No_snapshot_of_this_room_is_without_its_test() => Snapshot.Dangling(typeof(SnapshotTests).Assembly).ShouldBeEmpty();
}
