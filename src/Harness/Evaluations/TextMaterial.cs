using System.Globalization;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Sampling;
using Harness.Models;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Evaluations;

/// <summary>A text whose perplexity is measured, in windows.</summary>
/// <param name="limit">At most so many windows; null for all.</param>
public sealed class TextMaterial(string task, TextCorpus corpus, int length, int? limit, Lazy<ITextEncoder> tokenizer) : EvaluationMaterial
{
    private readonly Lazy<EvaluationText> _text = new(() => EvaluationText.Encode(corpus, tokenizer.Value, length));

    public override string Task => task;

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{task}@{length}");

    public override IEnumerable<(string Name, int Version)> Versions => [("perplexity", Perplexity.Version)];

    private int Windows => Math.Min(_text.Value.Windows, limit ?? int.MaxValue);

    /// <summary>SHA-256 of the whole text.</summary>
    public string TextHash => _text.Value.TextHash;

    public override string Inputs(FileHashes hashes) => string.Create(
        CultureInfo.InvariantCulture, $"{corpus.ContentHash(hashes)} {corpus.Reading}, {(limit is null ? "all windows" : $"first {limit} windows")}");

    public override Evaluation Start(CausalLM model) => new Perplexity(model, _text.Value.Ids.AsSpan(0, Windows * length), length);

    internal override TokenCount Size(CausalLM model) => new(Windows, length, (long)Windows * (length - 1));

    public override IEnumerable<Score> Scores(EvaluationResult result, FileHashes hashes)
    {
        var perplexity = (PerplexityResult)result;
        yield return new Score(
            task,
            string.Create(CultureInfo.InvariantCulture, $"ppl.token@{length}"),
            perplexity.Value,
            perplexity.Tokens,
            corpus.ContentHash(hashes),
            ContentKey.OfIds(_text.Value.Ids.AsSpan(0, Windows * length)),
            double.IsFinite(perplexity.StandardError) ? perplexity.StandardError : null,
            Windows);
    }
}
