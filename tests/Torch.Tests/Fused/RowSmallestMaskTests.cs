using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class RowSmallestMaskTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 17, 5)]
    [InlineData(40, 576, 288)]
    [InlineData(5, 1000, 999)]
    [InlineData(5, 1000, 1000)]
    public void Kernel_agrees_with_a_stable_sort(long rows, long columns, long k)
    {
        using var scope = NewDisposeScope();
        var metric = randn([rows, columns]);

        equal(Fused.RowSmallestMask(metric, k), Fused.RowSmallestMask(metric.to(float64), k)).ShouldBeTrue();
    }

    [Fact]
    public void Of_equal_elements_marks_the_lower_columns()
    {
        using var scope = NewDisposeScope();
        var metric = (rand([20, 300]) * 3).to(int32).to(float32);

        equal(Fused.RowSmallestMask(metric, 150), Fused.RowSmallestMask(metric.to(float64), 150)).ShouldBeTrue();
        Fused.RowSmallestMask(tensor([0f, 1f, 0f, -0f, 1f]).view(1, 5), 2).data<bool>().ToArray().ShouldBe([true, false, true, false, false]);
    }

    [Fact]
    public void Puts_what_is_not_a_number_after_everything()
    {
        using var scope = NewDisposeScope();
        var metric = tensor([float.NaN, float.PositiveInfinity, -float.NaN, 1f, float.NegativeInfinity]).view(1, 5);

        Fused.RowSmallestMask(metric, 3).data<bool>().ToArray().ShouldBe([false, true, false, true, true]);
    }
}
