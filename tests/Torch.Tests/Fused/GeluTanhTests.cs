using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class GeluTanhTests
{
    [Fact]
    public void Is_the_tanh_form()
    {
        using var scope = NewDisposeScope();
        var x = randn([3, 50]) * 3;
        var wide = x.to(float64);
        var expected = (wide + wide.pow(3) * 0.044715).mul(Math.Sqrt(2 / Math.PI)).tanh().add(1) * wide * 0.5;

        Fused.GeluTanh(x).ShouldAgreeWith(expected, 2e-6);
    }
}
