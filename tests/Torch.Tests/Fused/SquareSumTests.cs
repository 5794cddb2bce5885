using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class SquareSumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_003)]
    public void Kernel_agrees_with_plain_operators(long count)
    {
        using var scope = NewDisposeScope();
        var x = randn([count]);
        var plain = Fused.SquareSum(x.to(float64));

        Fused.SquareSum(x).dtype.ShouldBe(float64);
        Fused.SquareSum(x).ShouldAgreeWith(plain, 1e-8);
    }

    [Fact]
    public void Gives_the_same_bytes_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var x = randn([200, 1000]);
        var threads = get_num_threads();
        var before = Fused.SquareSum(x);
        try
        {
            set_num_threads(1);

            equal(Fused.SquareSum(x), before).ShouldBeTrue();
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
