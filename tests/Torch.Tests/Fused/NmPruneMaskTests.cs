using TorchSharp;
using static TorchSharp.torch;

namespace Harness.Torch.Tests.FusedOperations;

public sealed class NmPruneMaskTests
{
    [Theory]
    [InlineData(1, 4, 2, 4)]
    [InlineData(30, 576, 2, 4)]
    [InlineData(9, 176, 4, 8)]
    [InlineData(9, 172, 4, 8)]
    [InlineData(5, 50, 1, 3)]
    public void Kernel_agrees_with_a_stable_sort_of_each_group(long rows, long columns, long pruned, long group)
    {
        using var scope = NewDisposeScope();
        // Few distinct values: every group has ties.
        var metric = (randn([rows, columns]) * 2).to(int32).to(float32);

        equal(Fused.NmPruneMask(metric, pruned, group), Fused.NmPruneMask(metric.to(float64), pruned, group)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Of_equal_elements_marks_the_lower_columns(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var metric = tensor([0f, 0f, 0f, 0f, 2f, 1f, 1f, 1f]).view(1, 8).to(type);

        Fused.NmPruneMask(metric, 2, 4).data<bool>().ToArray().ShouldBe([true, true, false, false, false, true, true, false]);
    }

    [Fact]
    public void A_narrower_last_group_loses_as_many()
    {
        using var scope = NewDisposeScope();

        Fused.NmPruneMask(rand([1, 172]), 4, 8).narrow(1, 168, 4).data<bool>().ToArray().ShouldBe([true, true, true, true]);
    }

    [Fact]
    public void Refuses_a_last_group_too_narrow()
    {
        using var scope = NewDisposeScope();

        Should.Throw<ArgumentException>(() => Fused.NmPruneMask(ones([2, 171]), 4, 8)).Message
            .ShouldBe("171 columns in groups of 8 leave a group of 3, fewer than the 4 to prune.");
    }
}
