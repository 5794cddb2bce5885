using System.Numerics;

namespace Harness.Data.Sampling;

/// <summary>The rows of a corpus in the order of Hugging Face's <c>Dataset.shuffle(seed)</c>.</summary>
internal sealed class ShuffledRows : IDisposable
{
    /// <summary>The seed that llmc's rules shuffle with, whatever its config says.</summary>
    public const int LlmcSeed = 42;

    private readonly DocumentStore _store;
    private readonly BigInteger _seed;

    /// <param name="work">What to draw from.</param>
    /// <param name="seed">Of the order.</param>
    /// <param name="keep">By its bytes, whether a row may be of use; the others are passed over.</param>
    public ShuffledRows(SamplingWork work, BigInteger seed, Predicate<int> keep)
    {
        _seed = seed;
        _store = new DocumentStore(work.SpoolFolder, work.Rows(), keep);
        if (_store.Count == 0)
        {
            _store.Dispose();
            throw work.NoRows();
        }
    }

    /// <summary>Rows in the corpus.</summary>
    public int Count => _store.Count;

    /// <summary>Place in the file and text of every row, in the shuffled order; null for a row that is of no use.</summary>
    public IEnumerable<(int Row, string? Text)> InOrder() => new NumpyGenerator(_seed).Permutation(Count).Select(row => (row, _store.Has(row) ? _store.Read(row) : null));

    public void Dispose() => _store.Dispose();
}
