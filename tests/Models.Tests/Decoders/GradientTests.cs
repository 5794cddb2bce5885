using Harness.Models.Decoders;

namespace Harness.Models.Tests.Decoders;

/// <summary>Gradients through the blocks of every family, beside the slope of the function itself.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-7;

    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    [Theory]
    [MemberData(nameof(Families))]
    public void Gradients_are_the_slope_of_what_a_block_computes(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family), float64);
        using var states = HiddenStates.Embed(model, [.. Enumerable.Range(0, 24).Select(i => i * 7 % model.Config.VocabSize)], 12);
        manual_seed(1);
        foreach (var block in model.Blocks())
        {
            using var inner = NewDisposeScope();
            var x = states.Values.clone();
            var direction = randn(x.shape, float64);
            var weights = randn(x.shape, float64);
            x.requires_grad_();
            (block.Forward(x) * weights).sum().backward();

            var slope = (Value(block, x.detach() + direction * Step, weights) - Value(block, x.detach() - direction * Step, weights)) / (2 * Step);
            (x.grad! * direction).sum().item<double>().ShouldBe(slope, 1e-5 * Math.Max(1, Math.Abs(slope)), $"block {block.Index}");
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Weights_have_gradients_in_float32(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Path("families", family));
        using var states = HiddenStates.Embed(model, [.. Enumerable.Range(0, 24).Select(i => i * 7 % model.Config.VocabSize)], 12);
        foreach (var block in model.Blocks())
        {
            using var inner = NewDisposeScope();
            var weights = block.Linears.ToDictionary(linear => linear.Name, linear => linear.Weight.detach().clone().requires_grad_());
            block.With(weights).Forward(states.Values).sum().backward();

            foreach (var (name, weight) in weights.Where(weight => !IsExpert(weight.Key)))
            {
                weight.grad.ShouldNotBeNull(name).isfinite().all().item<bool>().ShouldBeTrue(name);
            }
        }

        // no token may go to one
        static bool IsExpert(string name) => name.Contains(".experts.", StringComparison.Ordinal);
    }

    private static double Value(DecoderBlock block, Tensor x, Tensor weights)
    {
        using var _ = no_grad();
        return (block.Forward(x) * weights).sum().item<double>();
    }
}
