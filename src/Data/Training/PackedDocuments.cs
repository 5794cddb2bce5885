using System.Text;

namespace Harness.Data.Training;

/// <summary>
/// Documents as rows of equal length without a gap (run_clm of transformers, locuslab/wanda lora_ft/finetune_lm.py): each is tokenised with what the tokenizer puts in
/// front and behind; those of a batch of 1000 are laid one behind the other and cut into rows, and what is left over of a batch is dropped.
/// </summary>
public static class PackedDocuments
{
    /// <summary>Documents that are laid one behind the other, as datasets.map does by default.</summary>
    public const int DocumentsPerBatch = 1000;

    /// <summary>The first rows that the documents give.</summary>
    /// <param name="name">Of the text, for the sentence where there is too little of it.</param>
    /// <param name="rows">At most so many.</param>
    /// <exception cref="InputException">They give none.</exception>
    public static TrainingSet Read(string name, IEnumerable<ReadOnlyMemory<byte>> documents, ITextEncoder encoder, int length, int rows, IProgress<int>? progress = null)
    {
        var (packed, batch, tokens) = (new List<int>(), new List<int>(), 0L);
        foreach (var chunk in documents.Select(document => Encoding.UTF8.GetString(document.Span)).Chunk(DocumentsPerBatch))
        {
            batch.Clear();
            foreach (var text in chunk)
            {
                batch.AddRange(encoder.Encode(text));
            }

            tokens += batch.Count;
            packed.AddRange(batch.Take(batch.Count / length * length));
            progress?.Report(Math.Min(packed.Count / length, rows));
            if (packed.Count / length >= rows)
            {
                break;
            }
        }

        return packed.Count > 0 ? new TrainingSet([.. packed.Take(rows * length)], length) : throw new InputException(
            $"{name} has {tokens} tokens, too few for one row of {length}. Use a smaller --length or a longer text.");
    }
}
