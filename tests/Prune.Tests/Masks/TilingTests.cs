using Harness.Prune.Masks;

namespace Harness.Prune.Tests.Masks;

public sealed class TilingTests
{
    [Theory]
    [InlineData(32, 48, 16)]
    [InlineData(20, 30, 16)]
    [InlineData(7, 5, 16)]
    [InlineData(9, 10, 3)]
    [InlineData(5, 7, 1)]
    public void Joins_what_it_cut(int rows, int columns, int side)
    {
        using var scope = NewDisposeScope();
        var matrix = arange(1, rows * columns + 1, float32).view(rows, columns);
        foreach (var edge in (EdgeTiles[])[EdgeTiles.Cropped, EdgeTiles.Padded])
        {
            var tiling = new Tiling(rows, columns, side, edge);
            var tiles = tiling.Cut(matrix);
            tiles.shape[0].ShouldBe(tiling.Count);
            (tiles.shape[1] % 4).ShouldBe(0);
            tiling.Join(tiles).ne(matrix).sum().item<long>().ShouldBe(0);
            tiles.ne(0).sum(1).ne(tiling.Sizes(CPU)).sum().item<long>().ShouldBe(0);
        }
    }

    [Fact]
    public void Reads_tiles_from_the_top_left_and_their_elements_row_after_row()
    {
        using var scope = NewDisposeScope();
        var tiles = new Tiling(4, 6, 2).Cut(arange(0, 24, float32).view(4, 6));
        tiles.data<float>().ToArray().ShouldBe([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, 12, 13, 18, 19, 14, 15, 20, 21, 16, 17, 22, 23]);
    }

    [Fact]
    public void A_narrower_tile_runs_on_from_row_to_row_or_is_filled_up()
    {
        using var scope = NewDisposeScope();
        var matrix = arange(1, 10, float32).view(3, 3);
        new Tiling(3, 3, 4).Cut(matrix).data<float>().ToArray().ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0]);
        new Tiling(3, 3, 4, EdgeTiles.Padded).Cut(matrix).data<float>().ToArray().ShouldBe([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0]);
    }
}
