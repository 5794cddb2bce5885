using System.Numerics;
using Harness.Models.Decoders;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// Dropout of what adapters read. Whether an element is dropped depends on the seed, the adapter and the element's place in the whole training alone, so that a pass that is computed anew or
/// taken up by another process drops the same. No two elements of an adapter's inputs have the same place.
/// </summary>
public sealed class AdapterDropout(double share, BigInteger seed)
{
    private readonly long _seed = (long)(seed & long.MaxValue);

    /// <summary>The first token of what is computed now, counted from the start of the training with every row as long as the longest; null where nothing is dropped.</summary>
    public long? Token { get; set; }

    /// <summary>The adapter with its inputs dropped; shares its matrices.</summary>
    /// <param name="index">Of the adapter in its model.</param>
    internal LowRank On(LowRank adapter, int index) => share == 0 ? adapter : adapter with
    {
        Dropout = () => Token is { } token ? new DropoutPattern(share, _seed, index, token * adapter.A.shape[1]) : null,
    };
}
