using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>Counts the zeros of a checkpoint as it is stored, tensor by tensor, and writes the masks.</summary>
internal sealed class SparsityJob(CheckpointFolder folder, Session session)
{
    private readonly ModelConfig _config = folder.ReadConfig();

    /// <summary>Does it.</summary>
    /// <param name="masks">Where the masks go; null for nowhere.</param>
    public SparsityReport Run(string? masks)
    {
        var layout = StoredLayout.Of(folder, _config);
        var layers = Enumerable.Range(0, _config.Layers).SelectMany(layer => layout.LinearsOf(layer).Select(linear => (Name: linear.Parameter, Layer: layer, linear.Linear.Transposed))).ToArray();
        SparsityReport? report = null;
        if (masks is null)
        {
            report = Count(layers, null);
        }
        else
        {
            Durable.WriteFile(masks, stream =>
            {
                var writer = new SafetensorsWriter(stream, [.. layers.Select(linear => new StoredTensor(linear.Name, ElementType.UInt8, folder.Shape(linear.Name)))]);
                report = Count(layers, writer);
                writer.Complete();
            });
        }

        return report!;
    }

    private SparsityReport Count(IReadOnlyList<(string Name, int Layer, bool Transposed)> linears, SafetensorsWriter? masks)
    {
        var names = linears.Select(linear => linear.Name).ToHashSet(StringComparer.Ordinal);
        var done = 0;
        using var stage = session.Begin("count zeros", ZeroCounts.Parameters(folder, _config).Count(), "tensors");
        var counted = new List<LinearZeros>();
        foreach (var (name, layer, transposed) in linears)
        {
            counted.Add(Count(name, layer, transposed, masks));
            stage.Report(++done);
        }

        var outside = ZeroCounts.OutsideOf(folder, _config, names, () => stage.Report(++done));
        var blocks = counted.GroupBy(linear => linear.Layer).Select(block => Sum(block)).ToArray();
        return new SparsityReport(folder.Path, blocks.Sum(), blocks.Append(outside).Sum(), blocks, counted);
    }

    private LinearZeros Count(string name, int layer, bool transposed, SafetensorsWriter? masks)
    {
        using var scope = NewDisposeScope();
        var weight = folder.Load(name);
        masks?.Write(name, weight.ne(0));
        var count = ZeroCounts.Of(weight);
        folder.Release();
        var W = transposed ? weight.t() : weight;
        return new LinearZeros(name, layer, weight.shape, count.Zeros, count.Elements, count.Share, IsStructured(W, 2, 4), IsStructured(W, 4, 8));
    }

    /// <summary>Whether every <paramref name="group"/> consecutive inputs, and a narrower last group, have lost group − keep or all. W: [out, in].</summary>
    private static bool IsStructured(Tensor W, int keep, int group)
    {
        using var scope = NewDisposeScope();
        var zeros = W.eq(0).to(ScalarType.Byte);
        var whole = W.shape[1] / group * group;
        var tail = W.shape[1] - whole;
        return AllLost(zeros.narrow(1, 0, whole).reshape(-1, group), group - keep)
            && (tail == 0 || AllLost(zeros.narrow(1, whole, tail), Math.Min(tail, group - keep)));
    }

    private static bool AllLost(Tensor zeros, long least) => zeros.sum(1).ge(least).all().item<bool>();

    private static ZeroCount Sum(IEnumerable<LinearZeros> linears) => linears.Select(linear => new ZeroCount(linear.Zeros, linear.Elements)).Sum();
}
