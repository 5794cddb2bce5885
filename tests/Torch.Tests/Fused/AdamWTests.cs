using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class AdamWTests
{
    private const double Lr = 0.02, Beta1 = 0.9, Beta2 = 0.99, Eps = 1e-8, Decay = 0.1;

    /// <summary>Beside the definition, in float64 and step by step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(100_003)]
    public void Steps_as_the_definition_says(long count)
    {
        using var scope = NewDisposeScope();
        var start = randn([count]);
        var (kernel, wide) = (State(start), State(start.to(float64)));
        var (p, m, v) = (start.to(float64), zeros([count], float64), zeros([count], float64));
        for (var step = 1; step <= 4; step++)
        {
            var gradient = randn([count]) * 3;
            Step(kernel, gradient, step, 0.25);
            Step(wide, gradient.to(float64), step, 0.25);
            var g = gradient.to(float64) * 0.25;
            m = (m * Beta1) + (g * (1 - Beta1));
            v = (v * Beta2) + (g.square() * (1 - Beta2));
            var denominator = (v / (1 - Math.Pow(Beta2, step))).sqrt() + Eps;
            p = (p * (1 - (Lr * Decay))) - (m / (1 - Math.Pow(Beta1, step)) / denominator * Lr);

            wide.P.ShouldAgreeWith(p, 1e-12);
            kernel.P.ShouldAgreeWith(p, 2e-6);
            kernel.M.ShouldAgreeWith(m, 2e-6);
            kernel.V.ShouldAgreeWith(v, 2e-6);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Bool)]
    [InlineData(ScalarType.Float32, ScalarType.Byte)]
    [InlineData(ScalarType.Float64, ScalarType.Bool)]
    [InlineData(ScalarType.Float64, ScalarType.Byte)]
    public void Leaves_pruned_weights_alone(ScalarType type, ScalarType mark)
    {
        using var scope = NewDisposeScope();
        var kept = rand([20, 33]).gt(0.5);
        var start = randn([20, 33]).masked_fill(kept.logical_not(), 0);
        var (masked, free) = (State(start.to(type)), State(start.to(type)));
        for (var step = 1; step <= 3; step++)
        {
            var gradient = randn([20, 33]).to(type);
            Step(masked, gradient, step, 1, kept.to(mark));
            Step(free, gradient, step, 1);
        }

        foreach (var (found, all) in new[] { (masked.P, free.P), (masked.M, free.M), (masked.V, free.V) })
        {
            equal(found, all.masked_fill(kept.logical_not(), 0)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Leaves_the_values_of_pruned_weights_alone()
    {
        using var scope = NewDisposeScope();
        var state = State(full([3], 5.0));

        Step(state, ones([3]), 1, 1, tensor((byte[])[0, 1, 0]));

        state.P.data<float>().ToArray()[0].ShouldBe(5f);
        state.P.data<float>().ToArray()[1].ShouldBeLessThan(5f);
        state.M.data<float>().ToArray().ShouldBe([0f, 0.1f, 0f], 1e-6);
    }

    [Fact]
    public void Takes_gradients_that_lie_transposed_and_weights_that_do()
    {
        using var scope = NewDisposeScope();
        var (start, gradient) = (randn([7, 5]), randn([5, 7]).t());
        var (straight, transposed) = (State(start), (P: start.t().contiguous().t(), M: zeros([7, 5]), V: zeros([7, 5])));

        Step(straight, gradient, 1, 1);
        Step(transposed, gradient, 1, 1);

        transposed.P.ShouldAgreeWith(straight.P, 1e-6);
    }

    [Fact]
    public void Halves_step_in_the_type_of_their_moments()
    {
        using var scope = NewDisposeScope();
        var start = randn([50]).to(bfloat16);
        var (half, wide) = ((P: start.clone(), M: zeros([50]), V: zeros([50])), State(start.to(float32)));

        Step(half, ones([50]), 1, 1);
        Step(wide, ones([50]), 1, 1);

        half.P.dtype.ShouldBe(bfloat16);
        half.P.ShouldAgreeWith(wide.P.to(bfloat16), 0.02);
        half.M.ShouldAgreeWith(wide.M, 1e-6);
    }

    [Fact]
    public void Autograd_knows_of_the_step()
    {
        using var scope = NewDisposeScope();
        var parameter = randn([4]).requires_grad_();
        var loss = parameter.square().sum();

        Step((parameter, zeros([4]), zeros([4])), ones([4]), 1, 1);

        Should.Throw<ExternalException>(() => loss.backward()).Message.ShouldContain("modified by an inplace operation");
        parameter.requires_grad.ShouldBeTrue();
    }

    private static (Tensor P, Tensor M, Tensor V) State(Tensor start) => (start.clone(), zeros_like(start), zeros_like(start));

    private static void Step((Tensor P, Tensor M, Tensor V) state, Tensor gradient, int step, double factor, Tensor? kept = null) =>
        Fused.AdamW_(state.P, gradient, state.M, state.V, Lr, Beta1, Beta2, Eps, Decay, 1 - Math.Pow(Beta1, step), 1 - Math.Pow(Beta2, step), factor, kept).ShouldBeSameAs(state.P);
}
