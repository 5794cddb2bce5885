using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

/// <summary>What must hold of every kernel with a way back: float32 takes the kernel, float64 the plain operators.</summary>
internal static class Backward
{
    /// <summary>
    /// The kernel's gradients agree with those of the plain form, relative to the largest of each; the plain form's with central differences; two runs give the same bytes; no tensor is left.
    /// </summary>
    /// <param name="inputs">float32; each gets a gradient.</param>
    internal static void ShouldFollow(Func<Tensor[], Tensor> function, Tensor[] inputs, double tolerance)
    {
        using var scope = NewDisposeScope();
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var wide = Recording(inputs, float64);
            var result = function(wide);
            var seed = randn(result.shape).to(result.dtype);
            var plain = autograd.grad([result], wide, [seed.to(result.dtype)]);
            var kernel = Gradients(function, inputs, seed);
            foreach (var (found, expected) in kernel.Zip(plain))
            {
                found.ShouldAgreeWith(expected, tolerance * Math.Max(1, expected.abs().max().item<double>()));
            }

            foreach (var (again, first) in Gradients(function, inputs, seed).Zip(kernel))
            {
                equal(again, first).ShouldBeTrue();
            }

            ShouldBeTheSlope(function, wide, plain, seed);
        }

        Tensor.TotalCount.ShouldBe(before);
    }

    internal static Tensor[] Recording(Tensor[] inputs, ScalarType type) => [.. inputs.Select(input => input.detach().clone().to(type).requires_grad_())];

    private static IList<Tensor> Gradients(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor seed)
    {
        var leaves = Recording(inputs, float32);
        var result = function(leaves);
        foreach (var (leaf, input) in leaves.Zip(inputs))
        {
            equal(leaf, input).ShouldBeTrue("an input was changed");
        }

        return autograd.grad([result], leaves, [seed.to(result.dtype)]);
    }

    /// <summary>Along a random direction, (f(x + εd) − f(x − εd)) / 2ε = ⟨∂f, d⟩.</summary>
    private static void ShouldBeTheSlope(Func<Tensor[], Tensor> function, Tensor[] x, IList<Tensor> gradients, Tensor seed)
    {
        using var _ = no_grad();
        const double Epsilon = 1e-5;
        var directions = x.Select(input => randn_like(input)).ToArray();
        var rise = (At(Epsilon) - At(-Epsilon)) / (2 * Epsilon);
        var slope = gradients.Zip(directions, (gradient, direction) => (gradient * direction).sum().item<double>()).Sum();
        rise.ShouldBe(slope, 1e-5 * Math.Max(1, Math.Abs(slope)));

        double At(double step) => (function([.. x.Zip(directions, (input, direction) => input.detach() + (direction * step))]).to(float64) * seed.to(float64)).sum().item<double>();

        static Tensor randn_like(Tensor input) => randn(input.shape, float64);
    }
}
