using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

[Collection(nameof(LiveTensors))]
public sealed class CheckpointTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_release_drops_the_mapping_and_no_tensor()
    {
        using var checkpoint = CheckpointFolder.Open(TinyCheckpoint.Write(_folder["in"], sharded: true));
        var before = Tensor.TotalCount;
        using var norm = checkpoint.Load("norm");
        Tensor.TotalCount.ShouldBe(before + 2);
        checkpoint.Release();
        Tensor.TotalCount.ShouldBe(before + 1);
    }

    [Fact]
    public void Saving_leaves_no_tensor_behind()
    {
        var before = Tensor.TotalCount;
        using (var source = CheckpointFolder.Open(TinyCheckpoint.Write(_folder["in"], sharded: true)))
        using (var writer = new CheckpointWriter(source, _folder["out"], ElementType.Float32))
        using (var norm = source.Load("norm"))
        {
            writer.Replace("norm", norm);
            writer.Commit();
        }

        Tensor.TotalCount.ShouldBe(before);
    }
}
