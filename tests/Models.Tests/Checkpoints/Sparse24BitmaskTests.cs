using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Models.Tests.Checkpoints;

public sealed class Sparse24BitmaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Rows of eight: the values of each group in order, a bit for each; a group with one value keeps a zero beside it.</summary>
    [Fact]
    public void Stores_two_of_four_values_and_a_bit_for_each_weight()
    {
        using var scope = NewDisposeScope();
        Write(tensor(new float[,] { { 0, 2, 0, -3, 4, 5, 0, 0 }, { 0, 0, 7, 0, 8, 0, 0, 9 } }));

        using var file = SafetensorsFile.Open(_folder["out/model.safetensors"]);
        file.ReadInt64s("proj.shape").ShouldBe([2L, 8L]);
        file.Entry("proj.shape").Shape.ShouldBe([2L, 1L]);
        file.Load("proj.compressed").shape.ShouldBe([2L, 4L]);
        file.Load("proj.compressed").data<float>().ToArray().ShouldBe([2, -3, 4, 5, 7, 0, 8, 9]);
        file.Load("proj.bitmask").data<byte>().ToArray().ShouldBe(new byte[] { 0b0011_1010, 0b1001_1100 });
        var format = JsonDocument.Parse(File.ReadAllText(_folder["out/config.json"])).RootElement.GetProperty("quantization_config").GetProperty("sparsity_config");
        format.GetProperty("global_sparsity").GetDouble().ShouldBe(9.0 / 16);
        format.GetProperty("sparsity_structure").GetString().ShouldBe("2:4");
        format.GetProperty("ignore")[0].GetString().ShouldBe("head");
    }

    [Fact]
    public void Refuses_a_weight_that_is_not_2_4()
    {
        using var scope = NewDisposeScope();

        Should.Throw<InputException>(() => Write(tensor(new float[,] { { 1, 2, 3, 0, 4, 5, 0, 0 }, { 0, 0, 7, 0, 8, 0, 0, 9 } }))).Message.ShouldBe(
            "proj.weight is not 2:4 along its inputs, so sparse-24-bitmask cannot hold it. Prune with --sparsity 2:4, or leave --format out.");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    private void Write(Tensor weight)
    {
        var source = _folder["in"];
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "config.json"), "{}");
        Durable.WriteFile(Path.Combine(source, "model.safetensors"), stream =>
        {
            var writer = new SafetensorsWriter(stream, [new StoredTensor("proj.weight", ElementType.Float32, [2, 8])]);
            writer.Write("proj.weight", zeros([2, 8]));
            writer.Complete();
        });
        using var checkpoint = new CheckpointWriter(CheckpointFolder.Open(source), _folder["out"], compressed: new Sparse24Bitmask(["proj.weight"], ["head.weight"]));
        checkpoint.Replace("proj.weight", weight);
        checkpoint.Commit();
    }
}
