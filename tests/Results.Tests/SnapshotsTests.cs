using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class SnapshotsTests
{
    [Fact]
    public void No_snapshot_is_without_its_test() => Snapshot.Dangling(typeof(SnapshotsTests).Assembly).ShouldBeEmpty();
}
