using Harness.Models;
using Harness.ZeroShot.Requests;

namespace Harness.ZeroShot.Tests;

/// <summary>Tests that count the process's live tensors: they run alone.</summary>
[CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
public sealed class LiveTensors;

[Collection(nameof(LiveTensors))]
public sealed class LiveTensorTests
{
    [Fact]
    public void Scoring_leaves_no_tensor_behind()
    {
        using var folder = new TemporaryFolder();
        using var model = CausalLM.Open(new TinyLlama().Write(folder["model"]));
        IReadOnlyList<IReadOnlyList<Request>> requests = [[new([1, 2, 3], [3, 4], 2, false), new([1, 2, 5, 6], [5, 6, 7], 2, false)], [new([9, 8], [7], 2, false)]];
        Scored.Walk(model, requests); // fills the model's tables of positions
        var before = Tensor.TotalCount;

        Scored.Walk(model, requests);

        Tensor.TotalCount.ShouldBe(before);
    }
}
