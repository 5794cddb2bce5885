namespace Harness.Data.Sampling;

/// <summary>
/// The rejection loop over documents. It ends: either some document is long enough and is drawn sooner or later, at a few nanoseconds a draw,
/// or every document that might be has been drawn and tokenised in vain, which is an error.
/// </summary>
/// <param name="documents">Of the corpus, read once.</param>
/// <param name="least">The tokens that a document must have: a sample's length or more.</param>
internal sealed class DocumentDraws(SamplingWork work, IEnumerable<ReadOnlyMemory<byte>> documents, int least)
{
    private readonly PythonRandom _random = new(work.Request.Seed);
    private readonly Dictionary<int, int> _tokenCounts = [];
    private readonly Dictionary<int, int[]> _accepted = [];
    private long _draws;

    private string Enough => least > work.Request.Length ? $"more than {work.Request.Length} tokens" : $"{least} tokens or more";

    public CalibrationSet Run()
    {
        var request = work.Request;
        using var store = new DocumentStore(work.SpoolFolder, documents, bytes => work.Encoder.MaxTokens(bytes) >= least);
        if (store.Kept == 0)
        {
            throw TooShort(store);
        }

        var length = request.Length;
        var ids = new int[request.Samples * length];
        var taken = new Draw[request.Samples];
        for (var sample = 0; sample < taken.Length; sample++)
        {
            var before = _draws;
            int document;
            do
            {
                document = (int)_random.Int(0, store.Count - 1);
                _draws++;
            }
            while (!IsLongEnough(store, document));

            var tokens = _accepted[document];
            var start = tokens.Length == length ? 0 : (int)_random.Int(0, tokens.Length - length - 1);
            tokens.AsSpan(start, length).CopyTo(ids.AsSpan(sample * length));
            taken[sample] = new Draw(document, tokens.Length, start, (int)(_draws - before - 1));
            work.Progress?.Report(sample + 1);
        }

        return new CalibrationSet(ids, length, taken);
    }

    /// <summary>Tokenises a document at its first draw. Counts go for all, ids only for the few that are long enough.</summary>
    private bool IsLongEnough(DocumentStore store, int document)
    {
        if (!store.Has(document))
        {
            return false;
        }

        if (!_tokenCounts.TryGetValue(document, out var count))
        {
            var tokens = work.Encoder.Encode(store.Read(document));
            count = _tokenCounts[document] = tokens.Length;
            if (count >= least)
            {
                _accepted[document] = tokens;
            }
        }

        if (_accepted.Count == 0 && _tokenCounts.Count == store.Kept)
        {
            throw NoneLongEnough(store);
        }

        return count >= least;
    }

    private InputException TooShort(DocumentStore store) => store.Count == 0 ? work.NoRows() : new(
        $"No document of {work.Corpus.Name} can have {Enough}, as samples of {work.Request.Length} need: "
        + $"the longest of its {store.Count} has {store.LongestBytes} bytes, so the acceptance rate is 0 %. Use a shorter length or a corpus of longer documents.");

    private InputException NoneLongEnough(DocumentStore store) => new(
        $"No document of {work.Corpus.Name} has {Enough}, as samples of {work.Request.Length} need: acceptance rate 0 % in {_draws} draws, "
        + $"all {_tokenCounts.Count} of {store.Count} documents that might be long enough were tried, the longest has {_tokenCounts.Values.Max()} tokens. "
        + "Use a shorter length or a corpus of longer documents.");
}
