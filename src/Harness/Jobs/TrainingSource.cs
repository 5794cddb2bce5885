using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;

namespace Harness.Cli.Jobs;

/// <summary>Where the rows of a training come from.</summary>
internal abstract record TrainingSource
{
    /// <summary>What a person calls the text: <c>c4 train</c>, or the file's name.</summary>
    public required string Corpus { get; init; }

    /// <summary>Whether each epoch has its own order.</summary>
    public abstract bool IsShuffled { get; }

    /// <summary>SHA-256 of the files it is read from.</summary>
    public abstract string DataHash();

    /// <summary>Rows to train on and rows to evaluate on, null for none.</summary>
    public abstract (TrainingSet Rows, TrainingSet? Evaluation) Read(FinetuneRecipe recipe, Session session);
}

/// <summary>Rows that a file gives, used in their order: train_ids [rows, length] and, where the loss is to be measured on others, eval_ids.</summary>
internal sealed record GivenRows(string Path) : TrainingSource
{
    private const string Training = "train_ids";
    private const string Held = "eval_ids";

    public override bool IsShuffled => false;

    /// <summary>Tokens of a row.</summary>
    public int Length => checked((int)SafetensorsFile.Open(Path).Entry(Training).Shape[^1]);

    public override string DataHash() => ContentKey.OfFile(Path);

    public override (TrainingSet Rows, TrainingSet? Evaluation) Read(FinetuneRecipe recipe, Session session)
    {
        var file = SafetensorsFile.Open(Path);
        return (Set(TokenIds.Read(file, Training)), file.Header.Find(Held) is null || recipe.EvaluationSamples == 0 ? null : Set(TokenIds.Read(file, Held)));
    }

    private TrainingSet Set(TokenIds ids) => ids.Length >= 2 ? new TrainingSet(ids.Values, ids.Length) : throw new InputException(
        $"{Path} holds rows of {ids.Length} token, which have no next one to predict; rows of 2 or more were expected.");
}

/// <summary>Rows that a corpus gives.</summary>
internal sealed record CorpusRows(Corpus From, Corpus? Held, Tokenizer Encoder) : TrainingSource
{
    // of the rows of one file, what may be held out of it at most
    private const int HeldShare = 10;

    public override bool IsShuffled => true;

    /// <summary>What a recipe trains on.</summary>
    public static CorpusRows Of(FinetuneRecipe recipe, DataRoot root, Tokenizer encoder)
    {
        var corpus = NamedCorpus.ForTraining(recipe.Corpus, root);
        return new CorpusRows(corpus, recipe.EvaluationSamples == 0 ? null : NamedCorpus.ForTrainingEvaluation(recipe.Corpus, root), encoder) { Corpus = corpus.Name };
    }

    public override string DataHash()
    {
        var hashes = new FileHashes(CacheFolder.Default);
        return Held is null ? From.ContentHash(hashes) : ContentKey.OfText($"{From.ContentHash(hashes)}\n{Held.ContentHash(hashes)}\n");
    }

    public override (TrainingSet Rows, TrainingSet? Evaluation) Read(FinetuneRecipe recipe, Session session)
    {
        if (recipe.EvaluationSamples == 0)
        {
            return (Rows(From, recipe, recipe.RowsWanted, session), null);
        }

        if (Held is not null)
        {
            return (Rows(From, recipe, recipe.RowsWanted, session), Rows(Held, recipe, recipe.EvaluationSamples, session));
        }

        int? read = recipe.RowsWanted is { } wanted ? (int)Math.Min(int.MaxValue, (long)wanted + recipe.EvaluationSamples) : null;
        var all = Rows(From, recipe, read, session);
        var (rows, held) = all.HoldOut(Math.Clamp(all.Rows / HeldShare, 1, recipe.EvaluationSamples), From.Name);
        return (rows.Take(recipe.RowsWanted ?? rows.Rows), held);
    }

    private TrainingSet Rows(Corpus corpus, FinetuneRecipe recipe, int? rows, Session session)
    {
        using var stage = session.Begin("tokenise", rows ?? 0, "rows");
        var made = new Made(stage);
        if (recipe.Rows == RowForm.Packed)
        {
            return PackedDocuments.Read(corpus, Encoder, recipe.Length, rows, made);
        }

        var set = AlpacaRows.Read(corpus, Encoder, Encoder.EosId, recipe.Length, rows, made);
        if (set.LeftOut > 0)
        {
            session.Note($"{set.LeftOut} rows of {corpus.Name} are left out: {recipe.Length} tokens are too few for their prompts and a word of the answer.");
        }

        return set;
    }

    // Progress<T> would report from another thread, where stopping the work is not possible
    private sealed class Made(Progress.Stage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}
