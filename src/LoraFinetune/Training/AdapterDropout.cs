using System.Numerics;
using Harness.Models.Decoders;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// Dropout of what adapters read. Whether an element is dropped depends on the seed, the adapter, the sequence's place in the whole training and the element's place in the sequence alone, so that a
/// pass that is computed anew or taken up by another process drops the same.
/// </summary>
public sealed class AdapterDropout(double share, BigInteger seed)
{
    private readonly long _seed = (long)(seed & long.MaxValue);

    /// <summary>The first sequence of what is computed now, counted from the start of the training; null where nothing is dropped.</summary>
    public long? Sequence { get; set; }

    /// <summary>The adapter with its inputs dropped; shares its matrices.</summary>
    /// <param name="index">Of the adapter in its model.</param>
    internal LowRank On(LowRank adapter, int index) => share == 0 ? adapter : adapter with
    {
        Dropout = x => Sequence is { } sequence ? Fused.CounterDropout(x, share, _seed, index, sequence * x.shape[1] * x.shape[^1]) : x,
    };
}
