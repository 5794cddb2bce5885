using Harness.Prune.Masks;

namespace Harness.Prune.Tests.Masks;

public sealed class TileMaskTests
{
    [Fact]
    public void Two_of_four_takes_the_first_of_equals_and_from_what_is_left_over_only_beyond_two()
    {
        using var scope = NewDisposeScope();
        Bits(TileMask.TwoOfFour(tensor(new float[,] { { 5, 5, 5, 5, 1, 2, 3, 0 }, { 4, 1, 3, 2, 7, 0, 0, 0 } }))).ShouldBe("11001001 01010110");
    }

    [Fact]
    public void All_but_the_largest_leaves_exactly_k_and_below_the_largest_also_what_ties()
    {
        using var scope = NewDisposeScope();
        var tiles = tensor(new float[,] { { 3, 2, 2, 1 }, { 9, 0, 0, 0 } });
        Bits(TileMask.AllButLargest(tiles, 2)).ShouldBe("0101 0110");
        Bits(TileMask.BelowLargest(tiles, 2)).ShouldBe("0001 0000");
        Bits(TileMask.BelowLargest(tiles, 0)).ShouldBe("1111 1111");
        Bits(TileMask.BelowLargest(tiles, 9)).ShouldBe("0000 0000");
        Bits(TileMask.AllButLargest(tiles, 9)).ShouldBe("0000 0000");
    }

    [Fact]
    public void Adds_to_the_tiles_it_is_told()
    {
        using var scope = NewDisposeScope();
        var pruned = tensor([true, false, false, false, false, false]).view(3, 2);
        TileMask.Add(pruned, ones([3, 2]), tensor([false, false, true]), TileMask.All);
        TileMask.Add(pruned, ones([3, 2]), tensor([true, false, false]), tiles => TileMask.AllButLargest(tiles, 2));
        TileMask.Add(pruned, ones([3, 2]), tensor([false, false, false]), _ => throw new InvalidOperationException());
        Bits(pruned).ShouldBe("10 00 11");
    }

    private static string Bits(Tensor mask) => string.Join(' ', mask.data<bool>().ToArray().Chunk((int)mask.shape[1]).Select(row => string.Concat(row.Select(bit => bit ? '1' : '0'))));
}
