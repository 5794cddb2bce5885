using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class ColumnSquareSumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 65)]
    [InlineData(300, 576)]
    public void Kernel_agrees_with_plain_operators(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var x = randn([2, rows, columns]);
        var plain = Fused.ColumnSquareSum(ones([columns], float64), x.to(float64));

        Fused.ColumnSquareSum(ones([columns], float64), x).ShouldAgreeWith(plain, 1e-9);
    }

    [Fact]
    public void Sums_in_double_even_into_floats()
    {
        using var scope = NewDisposeScope();
        var x = ones([5000, 1]);
        x.narrow(0, 0, 1).fill_(8192);

        // In float32 each of the ones would be lost beside 2^26.
        Fused.ColumnSquareSum(zeros([1]), x).item<float>().ShouldBe(67108864f + 5000f);
    }
}
