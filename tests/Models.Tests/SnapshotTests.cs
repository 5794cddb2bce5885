namespace Harness.Models.Tests;

public class SnapshotTests
{
    [Fact]
    public void No_snapshot_of_this_room_is_without_its_test() => Snapshot.Dangling(typeof(SnapshotTests).Assembly).ShouldBeEmpty();
}
