using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>
/// As the pruning papers' code does it (locuslab/wanda lib/data.py, sparsegpt datautils.py): one stream of Python's <c>random</c> picks a document, again until it
/// has more tokens than a sample, then where in it the sample starts; of a running text only the latter.
/// </summary>
internal sealed class PapersRule() : SamplingRule("papers")
{
    internal override CalibrationSet Draw(SamplingWork work) => work.Corpus switch
    {
        DocumentCorpus documents => new DocumentDraws(work, documents.Documents(), least: work.Request.Length + 1).Run(),
        TextCorpus text => TextWindows.Draw(work.Corpus.Name, work.Encoder.Encode(text.Text()), work.Request),
        _ => throw new ArgumentException($"no rule to sample from a {work.Corpus.GetType().Name}", nameof(work)),
    };
}
