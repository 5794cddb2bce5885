using Harness.Models;
using Harness.Models.Decoders;

namespace Harness.Prune.Calibration;

/// <summary>The statistics of every input of one block, by the group of linears that reads it.</summary>
public sealed class BlockStatistics : IDisposable
{
    private readonly Dictionary<string, InputStatistics> _byGroup = [];
    private readonly DecoderBlock _block;
    private readonly StatisticKinds _kinds;
    private readonly Device _device;
    private readonly string? _only;

    private BlockStatistics(DecoderBlock block, StatisticKinds kinds, Device device, string? only) => (_block, _kinds, _device, _only) = (block, kinds, device, only);

    /// <summary>Runs the calibration tokens through the block as far as the last linear's input.</summary>
    /// <param name="only">The one group whose input is wanted; null for all.</param>
    public static BlockStatistics Observe(DecoderBlock block, HiddenStates states, StatisticKinds kinds, Device device, string? only = null)
    {
        var statistics = new BlockStatistics(block, kinds, device, only);
        states.Observe(block, statistics.Add);
        statistics.CheckFinite();
        return statistics;
    }

    /// <summary>The same, and what the block makes of the tokens.</summary>
    public static BlockStatistics ObserveThrough(DecoderBlock block, HiddenStates states, StatisticKinds kinds, Device device, out HiddenStates next)
    {
        var statistics = new BlockStatistics(block, kinds, device, only: null);
        next = states.Through(block, statistics.Add);
        statistics.CheckFinite();
        return statistics;
    }

    /// <summary>The input of a group of linears.</summary>
    /// <exception cref="InputException">It is an expert's, and no token went there.</exception>
    public InputStatistics this[LinearGroup group] => _byGroup.GetValueOrDefault(group.Name)
        ?? throw new InputException($"no calibration token goes to {group.Name}, so nothing can be measured there. Use more samples, or calibrate-all-experts.");

    public void Dispose()
    {
        foreach (var statistics in _byGroup.Values)
        {
            statistics.Dispose();
        }
    }

    private void Add(LinearGroup group, Tensor x)
    {
        if (!IsWanted(group))
        {
            return;
        }

        if (!_byGroup.TryGetValue(group.Name, out var statistics))
        {
            statistics = _byGroup[group.Name] = new InputStatistics(x.shape[^1], _kinds, _device);
        }

        statistics.Add(x);
    }

    private bool IsWanted(LinearGroup group) => _only is null || group.Name == _only;

    private void CheckFinite()
    {
        foreach (var group in _block.Groups.Where(group => _byGroup.ContainsKey(group.Name)))
        {
            this[group].CheckFinite(_block, group);
        }
    }
}
