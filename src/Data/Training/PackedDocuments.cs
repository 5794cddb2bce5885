using System.Text;
using Harness.Data.Corpora;

namespace Harness.Data.Training;

/// <summary>
/// Documents as rows of equal length without a gap (run_clm of transformers, locuslab/wanda lora_ft/finetune_lm.py): each is tokenised with what the tokenizer puts in
/// front and behind; those of a batch of 1000 are laid one behind the other and cut into rows, and what is left over of a batch is dropped. A running text is one document.
/// </summary>
public static class PackedDocuments
{
    /// <summary>Documents that are laid one behind the other, as datasets.map does by default.</summary>
    public const int DocumentsPerBatch = 1000;

    /// <summary>The first rows that a corpus gives.</summary>
    /// <param name="rows">At most so many; null for all.</param>
    /// <param name="progress">Hears how many there are, batch by batch.</param>
    /// <exception cref="InputException">It gives none.</exception>
    public static TrainingSet Read(Corpus corpus, ITextEncoder encoder, int length, int? rows = null, IProgress<int>? progress = null)
    {
        var (packed, batch, tokens, wanted) = (new List<int>(), new List<int>(), 0L, (long)(rows ?? int.MaxValue));
        foreach (var chunk in Texts(corpus).Chunk(DocumentsPerBatch))
        {
            batch.Clear();
            foreach (var text in chunk)
            {
                batch.AddRange(encoder.Encode(text));
            }

            tokens += batch.Count;
            packed.AddRange(batch.Take(batch.Count / length * length));
            progress?.Report((int)Math.Min(packed.Count / length, wanted));
            if (packed.Count / length >= wanted)
            {
                break;
            }
        }

        return packed.Count > 0 ? new TrainingSet([.. packed.Take((int)Math.Min(packed.Count, wanted * length))], length) : throw new InputException(
            $"{corpus.Name} has {tokens} tokens, too few for one row of {length}. Use a smaller --length or a longer text.");
    }

    private static IEnumerable<string> Texts(Corpus corpus) => corpus switch
    {
        DocumentCorpus documents => documents.Documents().Select(document => Encoding.UTF8.GetString(document.Span)),
        _ => [((TextCorpus)corpus).Text()],
    };
}
