using Harness.Cli.CommandLine;
using Harness.Cli.Evaluations;
using Harness.Cli.Progress;
using Harness.Data;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.ZeroShot;

namespace Harness.Cli.Jobs;

/// <summary>Measures a model by several evaluations in one pass over its blocks.</summary>
internal sealed class ScoreJob(CausalLM model, IReadOnlyList<EvaluationMaterial> evaluations, StageClock clock, Session session)
{
    /// <summary>Does it; <paramref name="documents"/> gets what the model said of every document.</summary>
    public ScoreResult Run(string tokenizerKey, string? documents)
    {
        var sizes = clock.Time("tokenise", () => evaluations.Select(evaluation => evaluation.Size(model)).ToArray());
        FreedMemory.ReturnAll();
        var plan = MemoryPlan.OfScoring(model.Config, model.DType, model.Device.type, sizes.Max(size => size.Longest))
            .Place(sizes.Select(size => MemoryPlan.StateBytes(model.Config, model.DType, size.Tokens)), session.Memory, Accelerator.FreeMemory(model.Device));
        session.Note(plan.ToString());
        model.States = plan.Space(CacheFolder.Default);
        using var stage = session.Begin("score", sizes.Sum(size => size.Tokens), "tokens");
        try
        {
            var progress = new TokenProgress(stage, model.Config.Layers * BlockCost + HeadCost);
            var results = Walk(progress);
            if (documents is not null)
            {
                DocumentRecords.Write(documents, DocumentRecords.Of(evaluations.Zip(results)));
            }

            return Result(results, tokenizerKey);
        }
        finally
        {
            model.Progress = null;
        }
    }

    private double BlockCost { get; } = model.LinearsOf(0).Sum(name => model.Folder.Shape(name).Aggregate(1.0, (product, size) => product * size));

    private double HeadCost { get; } = (double)model.Config.VocabSize * model.Config.EmbeddingSize;

    private EvaluationResult[] Walk(TokenProgress progress)
    {
        var riding = evaluations.Select(evaluation => evaluation.Start(model)).ToList();
        try
        {
            (model.Progress, progress.Cost) = (progress, BlockCost);
            clock.Time("blocks", () => Advance(riding));
            progress.Cost = HeadCost;
            FreedMemory.Return();
            return clock.Time("head", () => Finish(riding, progress));
        }
        finally
        {
            riding.ForEach(evaluation => evaluation.Dispose());
        }
    }

    private void Advance(List<Evaluation> riding)
    {
        foreach (var block in model.Blocks())
        {
            riding.ForEach(evaluation => evaluation.Advance(block));
        }
    }

    private EvaluationResult[] Finish(List<Evaluation> riding, IProgress<long> progress)
    {
        using var head = model.Head();
        return [.. riding.Select(evaluation => evaluation.Finish(head, progress))];
    }

    private ScoreResult Result(IReadOnlyList<EvaluationResult> results, string tokenizerKey)
    {
        var hashes = new FileHashes(CacheFolder.Default);
        var scores = evaluations.Zip(results).SelectMany(pair => pair.First.Scores(pair.Second, hashes)
            .Select(score => (score, text: (pair.First as TextMaterial)?.TextHash, losses: (pair.Second as PerplexityResult)?.WindowLosses))).ToList();
        return new ScoreResult
        {
            Harness = VersionLine.Version,
            Libtorch = __version__,
            OpenBlas = Processor.OpenBlasKernels,
            Model = model.Folder.Path,
            Dtype = model.DType.ToElementType().TorchName(),
            Device = model.Device.ToString(),
            Threads = get_num_threads(),
            Tokenizer = tokenizerKey,
            Scores =
            [
                .. scores.Select(score => TaskScore.Of(score.score, score.text, score.losses)),
                .. Means.With([.. scores.Select(score => score.score)]).Skip(scores.Count).Select(mean => TaskScore.Of(mean, null, null)),
            ],
            Seconds = clock.Seconds,
            PeakBytes = Bytes.Peak,
        };
    }
}
