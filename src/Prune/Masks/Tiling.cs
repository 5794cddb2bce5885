namespace Harness.Prune.Masks;

/// <summary>How the tiles at the right edge of a matrix are read where they are narrower than the others.</summary>
public enum EdgeTiles
{
    /// <summary>Row after row of what there is: groups of four run on from one row to the next.</summary>
    Cropped,

    /// <summary>Each row filled up with zeros to the full side: groups of four stay within a row.</summary>
    Padded,
}

/// <summary>A matrix [out, in] as square tiles, [tiles, elements]: tiles in rows from the top left, the elements of a tile row after row, zeros behind where it is not whole.</summary>
/// <param name="side">Rows and columns of a tile.</param>
public sealed class Tiling(long rows, long columns, int side, EdgeTiles edge = EdgeTiles.Cropped)
{
    // whole columns of tiles, and the width of what is left
    private readonly long _whole = columns / side;
    private readonly long _rest = columns % side;

    /// <summary>Rows of tiles.</summary>
    public long Rows { get; } = (rows + side - 1) / side;

    /// <summary>Columns of tiles.</summary>
    public long Columns { get; } = (columns + side - 1) / side;

    /// <summary>All tiles.</summary>
    public long Count => Rows * Columns;

    /// <summary>Elements of a whole tile.</summary>
    public long Area => (long)side * side;

    // Room for whole groups of four.
    private long Length => (Area + 3) / 4 * 4;

    /// <summary>How many elements of the matrix each tile has: [tiles], int64.</summary>
    public Tensor Sizes(Device device)
    {
        using var scope = NewDisposeScope();
        return outer(Extents(rows, Rows), Extents(columns, Columns)).flatten().MoveToOuterDisposeScope();

        Tensor Extents(long size, long tiles) => arange(0, tiles, ScalarType.Int64, device).mul(-side).add(size).clamp(max: side);
    }

    /// <summary>[out, in] → [tiles, elements].</summary>
    public Tensor Cut(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var tall = matrix;
        if (rows != Rows * side)
        {
            tall = zeros([Rows * side, columns], matrix.dtype, matrix.device);
            tall.narrow(0, 0, rows).copy_(matrix);
        }

        var tiles = zeros([Rows, Columns, Length], matrix.dtype, matrix.device);
        if (_whole > 0)
        {
            tiles.narrow(1, 0, _whole).narrow(2, 0, Area).copy_(tall.narrow(1, 0, _whole * side).reshape(Rows, side, _whole, side).permute(0, 2, 1, 3).reshape(Rows, _whole, Area));
        }

        if (_rest > 0)
        {
            EdgeOf(tiles).copy_(tall.narrow(1, _whole * side, _rest).reshape(Rows, side, _rest));
        }

        return tiles.view(Count, Length).MoveToOuterDisposeScope();
    }

    /// <summary>[tiles, elements] → [out, in].</summary>
    public Tensor Join(Tensor tiles)
    {
        using var scope = NewDisposeScope();
        var grid = tiles.view(Rows, Columns, Length);
        var matrix = empty([Rows * side, columns], tiles.dtype, tiles.device);
        if (_whole > 0)
        {
            matrix.narrow(1, 0, _whole * side).copy_(grid.narrow(1, 0, _whole).narrow(2, 0, Area).reshape(Rows, _whole, side, side).permute(0, 2, 1, 3).reshape(Rows * side, _whole * side));
        }

        if (_rest > 0)
        {
            matrix.narrow(1, _whole * side, _rest).copy_(EdgeOf(grid).reshape(Rows * side, _rest));
        }

        return matrix.narrow(0, 0, rows).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The narrower tiles' own elements, [rows, side, rest]: a view.</summary>
    private Tensor EdgeOf(Tensor grid)
    {
        var width = edge == EdgeTiles.Padded ? side : _rest;
        return grid.select(1, _whole).narrow(1, 0, side * width).view(Rows, side, width).narrow(2, 0, _rest);
    }
}
