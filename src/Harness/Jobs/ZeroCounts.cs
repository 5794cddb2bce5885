using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>Counts exact zeros.</summary>
internal static class ZeroCounts
{
    /// <summary>Of one tensor.</summary>
    public static ZeroCount Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var elements = tensor.numel();
        return new ZeroCount(elements - tensor.count_nonzero().item<long>(), elements);
    }

    /// <summary>Of several counts together.</summary>
    public static ZeroCount Sum(this IEnumerable<ZeroCount> counts) =>
        counts.Aggregate(new ZeroCount(0, 0), (sum, count) => new ZeroCount(sum.Zeros + count.Zeros, sum.Elements + count.Elements));

    /// <summary>
    /// The checkpoint's parameters by name, each stored matrix once: a tied head beside its embedding does not count again, and neither do buffers that old code
    /// stored along (inv_freq, causal masks).
    /// </summary>
    public static IEnumerable<StoredTensor> Parameters(CheckpointFolder folder, ModelConfig config) => StoredLayout.Parameters(folder, config).Select(folder.Entry);

    /// <summary>Over all parameters but those: embeddings, norms, biases, the head. Reads every byte of them.</summary>
    public static ZeroCount OutsideOf(CheckpointFolder folder, ModelConfig config, IReadOnlySet<string> linears, Action? progress = null)
    {
        var sum = new ZeroCount(0, 0);
        foreach (var entry in Parameters(folder, config).Where(entry => !linears.Contains(entry.Name)))
        {
            using var tensor = folder.Load(entry.Name);
            sum = new[] { sum, Of(tensor) }.Sum();
            progress?.Invoke();
        }

        folder.Release();
        return sum;
    }
}
