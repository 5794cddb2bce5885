using Harness.Cli.CommandLine;
using Harness.Cli.Progress;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.ZeroShot;

namespace Harness.Cli.Jobs;

/// <summary>Measures the perplexity of several texts in one pass over a model's blocks.</summary>
internal sealed class ScoreJob(CausalLM model, IReadOnlyList<ScoreTask> tasks, StageClock clock, Session session)
{
    /// <summary>Does it.</summary>
    public ScoreResult Run(string tokenizerKey)
    {
        var tokens = tasks.Sum(task => (long)task.Ids.Length);
        session.Note(MemoryPlan.ForScoring(model, tokens).ToString());
        using var stage = session.Begin("score", tokens, "tokens");
        var (block, head) = (Elements(model.LinearsOf(0)), (double)model.Config.VocabSize * model.Config.EmbeddingSize);
        var progress = new TokenProgress(stage, model.Config.Layers * block + head) { Cost = block };
        model.Progress = progress;
        var texts = tasks.Select(task => new Perplexity(model, task.Ids, task.Text.Length)).ToList();
        try
        {
            clock.Time("blocks", () => Advance(texts));
            progress.Cost = head;
            var results = clock.Time("head", () => Finish(texts, progress));
            return Result(results, tokenizerKey);
        }
        finally
        {
            texts.ForEach(text => text.Dispose());
            model.Progress = null;
        }
    }

    private void Advance(List<Perplexity> texts)
    {
        foreach (var block in model.Blocks())
        {
            texts.ForEach(text => text.Advance(block));
        }
    }

    private PerplexityResult[] Finish(List<Perplexity> texts, IProgress<long> progress)
    {
        using var head = model.Head();
        return [.. texts.Select(text => text.Finish(head, progress))];
    }

    private double Elements(IEnumerable<string> names) => names.Sum(name => model.Folder.Shape(name).Aggregate(1.0, (product, size) => product * size));

    private ScoreResult Result(IReadOnlyList<PerplexityResult> results, string tokenizerKey) => new()
    {
        Harness = VersionLine.Version,
        Libtorch = __version__,
        Model = model.Folder.Path,
        Dtype = model.DType.ToElementType().TorchName(),
        Device = model.Device.ToString(),
        Threads = get_num_threads(),
        Tokenizer = tokenizerKey,
        Scores = [.. tasks.Zip(results, Score)],
        Seconds = clock.Seconds,
        PeakBytes = Bytes.Peak,
    };

    private static TaskScore Score(ScoreTask task, PerplexityResult result) => new(
        task.Name,
        $"ppl.token@{task.Text.Length}",
        result.Value,
        double.IsFinite(result.StandardError) ? result.StandardError : null,
        task.Windows,
        result.Tokens,
        task.DataHash,
        task.Text.TextHash,
        ContentKey.OfIds(task.Ids),
        result.WindowLosses);
}
