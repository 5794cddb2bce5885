using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class KthSmallestTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1000, 0)]
    [InlineData(1000, 500)]
    [InlineData(300_001, 300_000)]
    [InlineData(300_001, 123_456)]
    public void Kernel_agrees_with_a_sort(long count, long k)
    {
        using var scope = NewDisposeScope();
        var x = randn([count]);

        Fused.KthSmallest(x, k).item<float>().ShouldBe(x.sort().Values.select(0, k).item<float>());
        Fused.KthSmallest(x.to(float64), k).item<double>().ShouldBe(x.sort().Values.select(0, k).item<float>());
    }

    [Fact]
    public void Counts_equal_elements_one_by_one()
    {
        using var scope = NewDisposeScope();

        Fused.KthSmallest(tensor([3f, -1f, 3f, -1f, 3f]).view(1, 5), 2).item<float>().ShouldBe(3f);
    }

    [Fact]
    public void Refuses_a_position_past_the_end()
    {
        using var scope = NewDisposeScope();

        Should.Throw<Exception>(() => Fused.KthSmallest(ones([4]), 4)).Message.ShouldBe("harness::kth_smallest: k is 4, outside the 4 elements");
    }
}
