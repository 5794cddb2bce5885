using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>llmc's <c>wikitext2_gptq</c> and <c>pileval_omni</c>: rows joined by two line feeds, tokenised once, windows by Python's <c>random</c>.</summary>
/// <param name="rows">So many from the front; null for all.</param>
internal sealed class JoinedRows(string name, int? rows) : SamplingRule(name)
{
    internal override CalibrationSet Draw(SamplingWork work) => TextWindows.Draw(
        rows is { } most ? $"The text of the first {most} rows of {work.Corpus.Name}" : work.Corpus.Name,
        work.Encoder.Encode(Rows.Join(rows is { } count ? work.Rows().Take(count) : work.Rows(), "\n\n")),
        work.Request);
}
