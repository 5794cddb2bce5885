using System.Numerics;
using Harness.Cli.Options;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Sampling;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;

namespace Harness.Cli.Jobs;

/// <summary>Where a model's calibration ids come from, checked as far as that goes without drawing them.</summary>
internal abstract record CalibrationSource
{
    private const int DefaultSamples = 128;
    private const int LongestDefault = 2048;

    /// <summary>What a person calls the text: <c>c4 train</c>, or the file's name.</summary>
    public required string Corpus { get; init; }

    /// <summary>How many samples.</summary>
    public required int Samples { get; init; }

    /// <summary>Tokens of each.</summary>
    public required int Length { get; init; }

    /// <summary>Seed of the sampling; null for given ids.</summary>
    public BigInteger? Seed { get; init; }

    /// <summary>The rule that makes the samples; null for the papers' and for given ids.</summary>
    public virtual string? Preproc => null;

    /// <summary>SHA-256 of the files it is read from.</summary>
    public abstract string DataHash();

    /// <summary>Draws or reads the ids.</summary>
    public abstract CalibrationSet Draw(Session session);

    /// <summary>Completes what was chosen for a model and refuses what cannot be.</summary>
    public static CalibrationSource Of(CalibrationChoice choice, CheckpointFolder folder)
    {
        var config = folder.ReadConfig();
        var source = choice.Source ?? "c4";
        CalibrationSource plan = source.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? GivenIds.Read(source, choice)
            : Sampled(source, choice, folder, config);
        plan.Check(config, folder.ConfigPath);
        return plan;
    }

    /// <summary>The length of samples and windows where none is given.</summary>
    public static int DefaultLength(ModelConfig config) => Math.Min(LongestDefault, config.MaxPositions);

    private static SampledIds Sampled(string source, CalibrationChoice choice, CheckpointFolder folder, ModelConfig config)
    {
        var corpus = NamedCorpus.ForCalibration(source, DataChoice.Root(choice.Data));
        var plan = new SampledIds(corpus, Tokenizer.Load(folder.Path))
        {
            Corpus = corpus.Name,
            Samples = choice.Samples ?? DefaultSamples,
            Length = choice.Length ?? DefaultLength(config),
            Seed = choice.Seed ?? BigInteger.Zero,
            Rule = choice.Preproc is null ? SamplingRule.Papers : SamplingRule.Parse(choice.Preproc),
        };
        plan.Request.Check();
        return plan;
    }

    private void Check(ModelConfig config, string configPath)
    {
        if (Length > config.MaxPositions)
        {
            throw new InputException(
                $"Calibration samples of {Length} tokens are longer than the model's {config.MaxPositions} positions ({configPath}). Use {config.MaxPositions} or less.");
        }
    }
}

/// <summary>Ids that are drawn from a corpus.</summary>
internal sealed record SampledIds(Corpus From, ITextEncoder Encoder) : CalibrationSource
{
    /// <summary>What the sampler is asked for.</summary>
    public CalibrationRequest Request => new(Samples, Length, Seed!.Value) { Rule = Rule };

    /// <summary>How they are drawn.</summary>
    public required SamplingRule Rule { get; init; }

    public override string? Preproc => SamplingRule.NameUnlessPapers(Rule);

    public override string DataHash() => From.ContentHash(new FileHashes(CacheFolder.Default));

    public override CalibrationSet Draw(Session session)
    {
        using var stage = session.Begin("sample", Samples, "samples");
        var set = new CalibrationSampler(CacheFolder.Default).Draw(From, Encoder, Request, new Drawn(stage));
        if (set.Samples < Samples)
        {
            session.Note($"{Corpus} gives {set.Samples} samples by {Rule.Name}; {Samples} were asked for.");
        }

        return set;
    }

    // Progress<T> would report from another thread, where stopping the work is not possible
    private sealed class Drawn(Progress.Stage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}

/// <summary>Ids that a file gives.</summary>
internal sealed record GivenIds(string Path, TokenIds Ids) : CalibrationSource
{
    /// <summary>Reads the file and refuses options that say something else.</summary>
    public static GivenIds Read(string path, CalibrationChoice choice)
    {
        var ids = TokenIds.Read(path);
        Agree("--samples", choice.Samples, ids.Rows, ids);
        Agree("--length", choice.Length, ids.Length, ids);
        if ((choice.Seed, choice.Preproc) is not (null, null))
        {
            var option = choice.Seed is null ? "--preproc" : "--seed";
            throw new InputException($"{option} belongs to sampling; {path} holds the samples themselves. Leave {option} out.");
        }

        return new GivenIds(path, ids) { Corpus = System.IO.Path.GetFileName(path), Samples = ids.Rows, Length = ids.Length };
    }

    public override string DataHash() => ContentKey.OfFile(Path);

    public override CalibrationSet Draw(Session session) => new(Ids.Values, Length, []);

    private static void Agree(string option, int? given, int held, TokenIds ids)
    {
        if (given is { } number && number != held)
        {
            throw new InputException($"{option} is {number}, and {ids.Path} holds input_ids [{ids.Rows}, {ids.Length}], which are used as they are. Leave {option} out.");
        }
    }
}
