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

    public override int Pieces => Math.Min(_text.Value.Windows, limit ?? int.MaxValue);

    public override IEnumerable<(string Name, int Version)> Versions => [("perplexity", Perplexity.Version)];

    /// <summary>SHA-256 of the whole text.</summary>
    public string TextHash => _text.Value.TextHash;

    public override long TokensOf(int piece) => length;

    public override string Inputs(FileHashes hashes) => string.Create(
        CultureInfo.InvariantCulture, $"{corpus.ContentHash(hashes)} {corpus.Reading}, {(limit is null ? "all windows" : $"first {limit} windows")}");

    public override Evaluation Start(CausalLM model, Range pieces)
    {
        var (first, count) = pieces.GetOffsetAndLength(Pieces);
        return new Perplexity(model, _text.Value.Ids.AsSpan(first * length, count * length), length);
    }

    public override EvaluationResult Join(IReadOnlyList<EvaluationResult> parts) => new PerplexityResult(
        [.. parts.Cast<PerplexityResult>().SelectMany(part => part.WindowLosses)], parts.Cast<PerplexityResult>().Sum(part => part.Tokens));

    public override IEnumerable<Score> Scores(EvaluationResult result, FileHashes hashes)
    {
        var perplexity = (PerplexityResult)result;
        yield return new Score(
            task,
            string.Create(CultureInfo.InvariantCulture, $"ppl.token@{length}"),
            perplexity.Value,
            perplexity.Tokens,
            corpus.ContentHash(hashes),
            ContentKey.OfIds(_text.Value.Ids.AsSpan(0, Pieces * length)),
            double.IsFinite(perplexity.StandardError) ? perplexity.StandardError : null,
            Pieces);
    }
}
