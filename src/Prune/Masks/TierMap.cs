namespace Harness.Prune.Masks;

/// <summary>The tier of each tile of a matrix, row after row: what may stay of it.</summary>
/// <param name="Side">Rows and columns of a tile.</param>
public sealed record TierMap(int Side, long Rows, long Columns, byte[] Tiers)
{
    /// <summary>All stays.</summary>
    public const byte Dense = 1;

    /// <summary>Two of every four elements stay.</summary>
    public const byte TwoOfFour = 2;

    /// <summary>The largest few stay, or nothing.</summary>
    public const byte TopK = 3;

    /// <summary>The iteration of a schedule that it is from; null where there is none.</summary>
    public int? Iteration { get; init; }

    /// <summary>Epochs of training that the schedule wants behind it; null where it says nothing.</summary>
    public double? Epochs { get; init; }

    /// <param name="tiers">[tiles], of a whole-number type.</param>
    internal static TierMap Of(Tensor tiers, Tiling tiling, int side)
    {
        using var scope = NewDisposeScope();
        return new TierMap(side, tiling.Rows, tiling.Columns, tiers.to(ScalarType.Byte).to(CPU).data<byte>().ToArray());
    }

    /// <summary>[tiles], int64.</summary>
    internal Tensor ToTensor(Device device)
    {
        using var scope = NewDisposeScope();
        return tensor(Tiers).to(ScalarType.Int64).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>How many tiles are of a tier.</summary>
    public long Count(byte tier) => Tiers.LongCount(other => other == tier);
}
