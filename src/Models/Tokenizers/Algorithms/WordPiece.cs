namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// WordPiece (Schuster and Nakajima 2012, as BERT uses it): the longest piece first, from left to right; all but the first carry a prefix in the vocabulary. A word that is too
/// long, or that no pieces cover to its end, is one unknown token.
/// </summary>
internal sealed class WordPiece : ITokenModel
{
    private readonly PieceTrie _first;
    private readonly PieceTrie _further;
    private readonly int _unknownId;
    private readonly int _mostCharacters;

    /// <param name="vocabulary">Piece → id.</param>
    /// <param name="prefix">Of pieces inside a word.</param>
    /// <param name="unknownId">Of the unknown token.</param>
    /// <param name="mostCharacters">Longer words are unknown.</param>
    public WordPiece(Dictionary<string, int> vocabulary, string prefix, int unknownId, int mostCharacters)
    {
        (_first, _further, _unknownId, _mostCharacters) = (new PieceTrie(vocabulary.Count), new PieceTrie(vocabulary.Count), unknownId, mostCharacters);
        foreach (var (piece, id) in vocabulary.Where(item => item.Key.Length > 0))
        {
            _first.Add(piece, id);
            if (piece.Length > prefix.Length && piece.StartsWith(prefix, StringComparison.Ordinal))
            {
                _further.Add(piece.AsSpan(prefix.Length), id);
            }
        }
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var start = ids.Count;
        var rest = Characters(word) <= _mostCharacters ? word : [];
        while (!rest.IsEmpty)
        {
            var (length, id) = (rest.Length == word.Length ? _first : _further).Longest(rest);
            if (length == 0)
            {
                break;
            }

            ids.Add(id);
            rest = rest[length..];
        }

        if (!rest.IsEmpty || (ids.Count == start && !word.IsEmpty))
        {
            ids.RemoveRange(start, ids.Count - start);
            ids.Add(_unknownId);
        }
    }

    private static int Characters(ReadOnlySpan<char> word)
    {
        var count = 0;
        foreach (var _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
