using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>The exact zeros of a checkpoint, written by <c>inspect sparsity --json</c> (docs/json.md).</summary>
/// <param name="Model">The folder.</param>
/// <param name="Decoder">Over the decoder's linears.</param>
/// <param name="Whole">Over every parameter, each stored matrix once.</param>
/// <param name="Blocks">Over the linears of each block.</param>
/// <param name="Linears">Each linear.</param>
internal sealed record SparsityReport(string Model, ZeroCount Decoder, ZeroCount Whole, IReadOnlyList<ZeroCount> Blocks, IReadOnlyList<LinearZeros> Linears);

/// <summary>The zeros of one linear.</summary>
/// <param name="Name">Its weight in the checkpoint.</param>
/// <param name="Layer">Of which block.</param>
/// <param name="Shape">As stored.</param>
/// <param name="Is2Of4">Whether at most 2 of every 4 consecutive inputs are left.</param>
/// <param name="Is4Of8">Whether at most 4 of every 8 are.</param>
internal sealed record LinearZeros(string Name, int Layer, IReadOnlyList<long> Shape, long Zeros, long Elements, double Share, bool Is2Of4, bool Is4Of8);
