using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

/// <summary>Kernels are for float32, so float64 inputs show the plain form, and more exactly.</summary>
internal static class Plain
{
    internal static void ShouldAgreeWith(this Tensor kernel, Tensor plain, double tolerance)
    {
        kernel.shape.ShouldBe(plain.shape);
        (kernel.to(float64) - plain.to(float64)).abs().max().item<double>().ShouldBeLessThanOrEqualTo(tolerance);
    }
}
