namespace Harness.Data.Corpora;

/// <summary>Text to calibrate on or to score: where it is from and how its files are read.</summary>
public abstract class Corpus
{
    /// <summary>What a person calls it: <c>c4 train</c>, <c>wikitext2 test</c>, a file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The files it is read from, in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>How the files become text; part of what makes two corpora equal.</summary>
    public required string Reading { get; init; }

    /// <summary>SHA-256 of the file; of several files, of their hashes in order.</summary>
    public string ContentHash(FileHashes hashes) => Files.Count == 1
        ? hashes.Of(Files[0])
        : ContentKey.OfText(string.Concat(Files.Select(file => hashes.Of(file) + "\n")));
}

/// <summary>A corpus of documents, in file order.</summary>
public sealed class DocumentCorpus : Corpus
{
    /// <summary>The documents in UTF-8. A document's memory is overwritten by the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Documents() => Files.SelectMany(file => DataFile.Texts(file));

    /// <summary>The documents with all their columns, as UTF-8 JSON objects. An object's memory is overwritten by the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Rows() => Files.SelectMany(DataFile.Rows);
}

/// <summary>A corpus that is one running text, tokenised as a whole.</summary>
public sealed class TextCorpus : Corpus
{
    /// <summary>Only this many windows from the front are scored; null for all.</summary>
    public int? Windows { get; init; }

    /// <summary>Reads the text.</summary>
    public required Func<string> Text { get; init; }
}
