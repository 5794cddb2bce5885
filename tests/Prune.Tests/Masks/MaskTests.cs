using Harness.Prune.Masks;

namespace Harness.Prune.Tests.Masks;

public sealed class MaskTests
{
    [Fact]
    public void Any_width_will_do_where_no_groups_are_asked_for()
    {
        foreach (var sparsity in (Sparsity[])[Sparsity.Own, Sparsity.Dense, Sparsity.Parse("0.5")])
        {
            Should.NotThrow(() => Mask.CheckWidth("w", 5, sparsity));
        }
    }

    [Fact]
    public void Per_row_prunes_the_truncated_count_and_the_lower_column_of_equals()
    {
        using var scope = NewDisposeScope();

        Bits(Mask.PerRow(tensor(new float[,] { { 3, 1, 1, 1, 2 }, { 0, 0, 0, 0, 0 } }), 0.5)).ShouldBe("01100 11000");
    }

    [Fact]
    public void Per_matrix_prunes_all_that_ties_with_the_threshold()
    {
        using var scope = NewDisposeScope();

        Bits(Mask.PerMatrix(tensor(new float[,] { { 1, 2, 2 }, { 2, 3, 4 } }), 0.4)).ShouldBe("111 100");
    }

    [Theory]
    [InlineData(2, 4, "1010 11")]
    [InlineData(1, 4, "1110 1")]
    [InlineData(3, 4, "1000 1")]
    public void Per_group_keeps_n_of_every_m_and_takes_as_many_from_a_narrower_last_group(int keep, int group, string expected)
    {
        using var scope = NewDisposeScope();
        var last = expected.Split(' ')[1].Length;
        var columns = 4 + Math.Max(last, group - keep);
        var metric = zeros([1, columns]);
        metric.narrow(1, 0, 4).copy_(tensor(new float[,] { { 1, 3, 2, 4 } }));

        var bits = Bits(Mask.PerGroup(metric, keep, group));

        bits[..4].ShouldBe(expected.Split(' ')[0]);
        bits[4..].Count(bit => bit == '1').ShouldBe(group - keep);
    }

    [Fact]
    public void Equals_of_a_group_go_from_the_lower_column_on()
    {
        using var scope = NewDisposeScope();

        Bits(Mask.PerGroup(tensor(new float[,] { { 0, 0, 0, 0 }, { 1, 0, 1, 0 }, { 2, 1, 1, 1 } }), 2, 4)).ShouldBe("1100 0101 0110");
    }

    [Theory]
    [InlineData(4096, 0.7, 2867)]
    [InlineData(11008, 0.9, 9907)]
    [InlineData(768, 0.3, 230)]
    public void Counts_truncate_the_product_of_doubles(long n, double ratio, long expected) => Mask.Truncated(n, ratio).ShouldBe(expected);

    [Fact]
    public void Width_that_leaves_too_narrow_a_last_group_is_refused() =>
        Should.Throw<InputException>(() => Mask.CheckWidth("model.layers.0.mlp.down_proj.weight", 170, Sparsity.Parse("1:4"))).Message.ShouldBe(
            "model.layers.0.mlp.down_proj.weight has 170 inputs: groups of 4 leave a last one of 2, too narrow to lose 3. Use a ratio, or a group that divides the width.");

    private static string Bits(Tensor mask) => string.Join(' ', mask.unbind().Select(row => string.Concat(row.data<bool>().ToArray().Select(bit => bit ? '1' : '0'))));
}
