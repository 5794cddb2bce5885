using Harness.Data.Corpora;

namespace Harness.Data.Sampling;

/// <summary>What a rule works on.</summary>
/// <param name="SpoolFolder">Where the texts of documents may lie meanwhile.</param>
/// <param name="Progress">Hears how many samples are drawn.</param>
internal sealed record SamplingWork(Corpus Corpus, ITextEncoder Encoder, CalibrationRequest Request, string SpoolFolder, IProgress<int>? Progress)
{
    /// <summary>The rows of the corpus in file order, as llmc sees a dataset. A row's memory is overwritten by the next.</summary>
    /// <exception cref="InputException">The corpus is a text without rows.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Rows() => Corpus.Files.All(DataFile.HoldsRows)
        ? Corpus.Files.SelectMany(file => DataFile.Texts(file))
        : throw new InputException(
            $"{Corpus.Name} is one text, and preproc {Request.Rule.Name} takes rows. Give a file of rows (.jsonl, .json.gz, .parquet, .arrow) or a folder that datasets.save_to_disk has written.");

    /// <summary>A corpus without any rows.</summary>
    public InputException NoRows() => new($"{Corpus.Name} has no documents; samples of {Request.Length} tokens are to be drawn from them. Choose another corpus.");
}
