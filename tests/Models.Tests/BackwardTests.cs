using Harness.Models.Backward;

namespace Harness.Models.Tests;

[Collection(nameof(LiveTensors))]
public sealed class BackwardTests : IDisposable
{
    private const int Samples = 3;
    private const int Length = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Families() => [.. ReferenceFamilies.All];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Block_by_block_gradients_are_those_of_the_whole_graph(bool onDisk)
    {
        var path = new TinyLlama().Write(_folder["model"]);
        var before = Tensor.TotalCount;

        Compare(path, onDisk ? _folder.Path : null);

        Tensor.TotalCount.ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_goes_back_through_its_blocks(string family) => Compare(ReferencePack.Path("families", family), null);

    private static void Compare(string path, string? folder)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(path);
        int[] ids = [.. Enumerable.Range(0, Samples * Length).Select(i => i * i % Math.Min(model.Config.VocabSize, 90))];
        var expected = Whole(model, ids);
        using var inputs = BlockInputs.Of(model, HiddenStates.Embed(model, ids, Length), folder);
        using var head = model.Head();
        var gradients = empty_like(inputs.Output.Values);
        NextTokenLoss.Backward(head, inputs.Output, tensor(ids).to(int64).view(Samples, Length), gradients);
        foreach (var block in model.BlocksBackwards())
        {
            using var recording = BlockGradient.Recording(block);
            using var states = inputs.Take(block.Index);
            var sums = block.Linears.Select(linear => zeros_like(linear.Weight)).ToArray();
            BlockGradient.Backward(recording, states, gradients, [.. recording.Linears.Select(linear => linear.Weight)], (_, found) =>
            {
                foreach (var (sum, gradient) in sums.Zip(found))
                {
                    sum.add_(gradient);
                }
            });
            foreach (var (linear, sum) in block.Linears.Zip(sums))
            {
                // none where no token reached an expert
                var whole = expected[block.Index][linear.Name].grad ?? zeros_like(sum);
                sum.sub(whole).abs().max().item<float>().ShouldBeLessThanOrEqualTo(1e-4f * whole.abs().max().item<float>(), linear.Parameter);
            }
        }
    }

    /// <summary>The weights of each block by name, with the gradients of the losses' sum from one graph through all blocks.</summary>
    private static Dictionary<string, Tensor>[] Whole(CausalLM model, int[] ids)
    {
        var rows = tensor(ids).to(int64).view(Samples, Length);
        var weights = new List<Dictionary<string, Tensor>>();
        var x = model.Embed(rows);
        foreach (var block in model.Blocks())
        {
            weights.Add(block.Linears.ToDictionary(linear => linear.Name, linear => linear.Weight.clone().requires_grad_()));
            x = block.With(weights[^1]).Forward(x);
        }

        using var head = model.Head();
        var logits = head.Logits(x).narrow(1, 0, Length - 1).flatten(0, 1);
        nn.functional.cross_entropy(logits, rows.narrow(1, 1, Length - 1).flatten()).mul(Samples).backward();
        return [.. weights];
    }
}
