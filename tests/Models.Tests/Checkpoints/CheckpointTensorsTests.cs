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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_torch_leave_no_tensor_behind(bool deflated)
    {
        SavedTensor[] views = [new("x", "FloatStorage", "0", 4, 0, [2, 2], [1, 2]), new("y", "FloatStorage", "0", 4, 1, [2], [1])];
        var path = TorchSave.Zip(_folder["a"], views, new Dictionary<string, byte[]> { ["0"] = new byte[16] }, deflated);
        var before = Tensor.TotalCount;
        using (var file = TorchFile.Open(path))
        {
            file.Load("x").Dispose();
            file.Load("y").Dispose();
            Tensor.TotalCount.ShouldBe(before + 1);
        }

        Tensor.TotalCount.ShouldBe(before);
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
