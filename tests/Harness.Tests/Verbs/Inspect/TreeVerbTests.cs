using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Verbs.Inspect;

public sealed class TreeVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shows_a_tree_in_its_forms() => Program.Succeed("inspect", "tree", "--tree", "add(mul(W, sqrt(X)), neg(W))").ShouldBe(
        """
        formula  add(mul(W, sqrt(X)), neg(W))
        reads    W · √|X| + −W
        JSON     {"data":"add","left":{"data":"mul","left":{"data":"W"},"right":{"data":"sqrt","left":{"data":"X"}}},"right":{"data":"neg","left":{"data":"W"}}}
        size     7 nodes, 3 levels below the root
        needs    no gradients, calibration

        """);

    [Fact]
    public void Evaluates_a_tree_on_tensors()
    {
        Inputs(("W", [2, 3], [1, 2, 3, 4, 5, 6]), ("X", [3], [1, 0, 10]));

        Program.Succeed("inspect", "tree", "--tree", "sub(W, X)", "--inputs", _folder["in.safetensors"], "--out", _folder["out.safetensors"], "--json", _folder["tree.json"])
            .ShouldEndWith("value    [2, 3], 0 NaN, 0 infinite\n");

        using var scope = TorchSharp.torch.NewDisposeScope();
        using var file = SafetensorsFile.Open(_folder["out.safetensors"]);
        file.Entry("metric").Shape.ShouldBe([2, 3]);
        file.Load("metric").data<float>().ToArray().ShouldBe([0, 2, -7, 3, 5, -4]);
        JsonDocument.Parse(File.ReadAllText(_folder["tree.json"])).RootElement.GetProperty("leaves").GetProperty("W").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Refuses_tensors_that_do_not_go_together()
    {
        Inputs(("W", [2, 3], new float[6]), ("X", [2], [1, 2]));

        Program.Refuse("inspect", "tree", "--tree", "sub(W, X)", "--inputs", _folder["in.safetensors"]).ShouldBe(
            $"{_folder["in.safetensors"]} holds W [2, 3], X [1, 2]; W and G [out, in] and X [1, in] were expected.");
        Program.Refuse("inspect", "tree", "--tree", "sub(W, G)", "--inputs", _folder["in.safetensors"]).ShouldBe(
            $"{_folder["in.safetensors"]} has no tensor 'G'. Did you mean 'W'? It holds: W, X.");
        Program.Refuse("inspect", "tree", "--tree", "W", "--out", _folder["out.safetensors"]).ShouldBe("--out needs --inputs IN, the tensors to evaluate the tree on.");
    }

    private void Inputs(params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        using var stream = File.Create(_folder["in.safetensors"]);
        var writer = new SafetensorsWriter(stream, [.. tensors.Select(tensor => new StoredTensor(tensor.Name, ElementType.Float32, tensor.Shape))]);
        foreach (var (name, _, values) in tensors)
        {
            writer.Write(name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Complete();
    }
}
