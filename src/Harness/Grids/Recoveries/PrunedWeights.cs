using System.Globalization;
using System.Text.Json;
using Harness.Cli.Jobs;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune;

namespace Harness.Cli.Grids.Recoveries;

/// <summary>
/// What a sweep makes of a cell's weights, kept in the cache as a checkpoint for all the recoveries that start from it. On the way there block by block, each a file that is
/// written beside and renamed, so that a killed sweep goes on; stored in the type that is computed in, so that they are the very weights that the sweep scores.
/// </summary>
/// <param name="folder">Where the checkpoint will be, named by everything that pruning depends on.</param>
internal sealed class PrunedWeights(CausalLM model, string folder)
{
    private const string ManifestName = "sweep.json";

    private sealed record Content(IReadOnlyList<LinearReport> Linears, IReadOnlyDictionary<string, double> Seconds);

    /// <summary>The checkpoint's folder.</summary>
    public string Folder => folder;

    /// <summary>Why they could not be kept; null while all is well.</summary>
    public InputException? Failure { get; private set; }

    /// <summary>Whether the checkpoint is there.</summary>
    public bool IsComplete => Directory.Exists(folder);

    private string Blocks => $"{folder}.blocks";

    /// <summary>Whether all blocks before this one are there.</summary>
    public bool HasBefore(int block) => IsComplete || Enumerable.Range(0, block).All(index => File.Exists(PathOf(index)));

    /// <summary>Keeps a pruned block.</summary>
    public void Keep(DecoderBlock block) => Guard(() =>
    {
        if (File.Exists(PathOf(block.Index)))
        {
            return;
        }

        var type = model.DType.ToElementType();
        Durable.WriteFile(PathOf(block.Index), stream =>
        {
            var writer = new SafetensorsWriter(stream, [.. block.Linears.Select(linear => new StoredTensor(linear.Parameter, type, model.Folder.Shape(linear.Parameter)))]);
            foreach (var linear in block.Linears)
            {
                using var scope = NewDisposeScope();
                writer.Write(linear.Parameter, linear.StoredWeight);
            }

            writer.Complete();
        });
    });

    /// <summary>Makes the checkpoint of the blocks.</summary>
    /// <param name="run">How they were pruned.</param>
    public void Complete(PruningRun run) => Guard(() =>
    {
        using var checkpoint = new PrunedCheckpoint(model, folder, model.DType.ToElementType());
        for (var index = 0; index < model.Config.Layers; index++)
        {
            var block = SafetensorsFile.Open(PathOf(index));
            foreach (var parameter in model.LinearsOf(index))
            {
                using var weight = block.Load(parameter);
                checkpoint.Write(parameter, weight);
            }

            block.Release();
        }

        checkpoint.Files.Complete();
        checkpoint.Files.AddText(ManifestName, JsonSerializer.Serialize(new Content(run.Linears, run.Clock.Seconds.Where(stage => stage.Key != SweepCell.ScoreStage).ToDictionary())));
        checkpoint.Files.Commit();
        Directory.Delete(Blocks, recursive: true);
    });

    /// <summary>What pruning said of each linear, and the seconds of its stages.</summary>
    public (IReadOnlyList<LinearReport> Linears, IReadOnlyDictionary<string, double> Seconds) Reports()
    {
        var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(Path.Combine(folder, ManifestName)))!;
        return (content.Linears, content.Seconds);
    }

    private string PathOf(int block) => Path.Combine(Blocks, string.Create(CultureInfo.InvariantCulture, $"{block:d4}.safetensors"));

    /// <summary>A full disk is no reason not to score what was pruned.</summary>
    private void Guard(Action work)
    {
        if (Failure is not null || IsComplete)
        {
            return;
        }

        try
        {
            work();
        }
        catch (InputException e)
        {
            Failure = e;
        }
    }
}
