using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// Byte-pair encoding of words of any length. Words met before come from a cache; a long text is cut where no piece of the vocabulary can
/// reach across, so that the cuts change nothing and the parts come from the cache as well.
/// </summary>
internal sealed class Bpe : ITokenModel
{
    private const int LongestUncutWord = 16;
    private const int LongestCachedWord = 64;

    private readonly Dictionary<int, int> _alphabet;
    private readonly MergeTable _merges;
    private readonly UnknownCharacters _unknown;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? _wholeWords;
    private readonly Lazy<SafeCuts> _cuts;
    private readonly ThreadLocal<WordCache> _cache = new(() => new WordCache());

    /// <param name="vocabulary">Piece → id.</param>
    /// <param name="merges">Merges of ids, and of complements of the code points of characters that are no piece themselves.</param>
    /// <param name="unknown">What becomes of characters the vocabulary lacks.</param>
    /// <param name="wholeWordsFirst">Whether a word that is a piece is taken as it is (<c>ignore_merges</c>).</param>
    public Bpe(Dictionary<string, int> vocabulary, MergeTable merges, UnknownCharacters unknown, bool wholeWordsFirst)
    {
        _merges = merges;
        _unknown = unknown;
        _alphabet = SingleCharacters(vocabulary);
        _wholeWords = wholeWordsFirst ? vocabulary.GetAlternateLookup<ReadOnlySpan<char>>() : null;
        _cuts = new(() => new SafeCuts(vocabulary.Keys, _alphabet));
    }

    /// <summary>Code point → id of the pieces of one character.</summary>
    public static Dictionary<int, int> SingleCharacters(Dictionary<string, int> vocabulary)
    {
        var characters = new Dictionary<int, int>();
        foreach (var (piece, id) in vocabulary)
        {
            if (Rune.DecodeFromUtf16(piece, out var rune, out var length) == OperationStatus.Done && length == piece.Length)
            {
                characters[rune.Value] = id;
            }
        }

        return characters;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length <= LongestUncutWord || _wholeWords is not null)
        {
            EncodePart(word, ids);
            return;
        }

        while (!word.IsEmpty)
        {
            var length = _cuts.Value.FirstByNeighbours(word);
            EncodeCut(word[..length], ids);
            word = word[length..];
        }
    }

    private void EncodeCut(ReadOnlySpan<char> word, List<int> ids)
    {
        while (word.Length > LongestUncutWord)
        {
            var length = _cuts.Value.FirstByPieces(word);
            EncodePart(word[..length], ids);
            word = word[length..];
        }

        EncodePart(word, ids);
    }

    private void EncodePart(ReadOnlySpan<char> part, List<int> ids)
    {
        if (part.Length <= LongestCachedWord)
        {
            EncodeCached(part, ids);
        }
        else
        {
            EncodeFresh(part, ids);
        }
    }

    private void EncodeCached(ReadOnlySpan<char> word, List<int> ids)
    {
        var words = _cache.Value!;
        if (words.TryGet(word, out var known))
        {
            ids.AddRange(known);
            return;
        }

        var start = ids.Count;
        EncodeFresh(word, ids);
        words.Add(word, CollectionsMarshal.AsSpan(ids)[start..]);
    }

    private void EncodeFresh(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_wholeWords is { } whole && whole.TryGetValue(word, out var id))
        {
            ids.Add(id);
            return;
        }

        var symbols = ArrayPool<int>.Shared.Rent(Math.Max(1, word.Length));
        var count = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            symbols[count++] = _alphabet.TryGetValue(rune.Value, out var known) ? known : ~rune.Value;
        }

        count = _merges.Apply(symbols.AsSpan(0, count));
        _unknown.Append(symbols.AsSpan(0, count), ids);
        ArrayPool<int>.Shared.Return(symbols);
    }
}
