using System.Text;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// Where a text can be cut without changing its byte-pair encoding: at the places no occurrence of a piece reaches across, because whatever
/// merges is a piece, so the merges on both sides know nothing of each other. Two characters that are both unknown stay together: their
/// tokens may be fused.
/// </summary>
internal sealed class SafeCuts
{
    private readonly Dictionary<int, int> _alphabet;
    private readonly PieceTrie _pieces;
    private readonly PairMap _neighbours;

    /// <param name="vocabulary">All that merges can make.</param>
    /// <param name="alphabet">The known characters, by code point.</param>
    public SafeCuts(IReadOnlyCollection<string> vocabulary, Dictionary<int, int> alphabet)
    {
        _alphabet = alphabet;
        _pieces = new PieceTrie(vocabulary.Count);
        _neighbours = new PairMap(vocabulary.Count / 4);
        foreach (var piece in vocabulary)
        {
            _pieces.Add(piece, piece.Length);
            for (var i = 1; i < piece.Length; i++)
            {
                _neighbours.Set(piece[i - 1], piece[i], 1);
            }
        }
    }

    /// <summary>
    /// Length of the part of <paramref name="text"/> before the first two neighbours that no piece has side by side, or of all of it. Cheap,
    /// but misses cuts.
    /// </summary>
    public int FirstByNeighbours(ReadOnlySpan<char> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (_neighbours.Find(text[at - 1], text[at]) == PairMap.None && MayCut(text, at))
            {
                return at;
            }
        }

        return text.Length;
    }

    /// <summary>Length of the part of <paramref name="text"/> before its first safe cut, or of all of it.</summary>
    public int FirstByPieces(ReadOnlySpan<char> text)
    {
        var reach = _pieces.Longest(text).Length;
        for (var at = 1; at < text.Length; at++)
        {
            if (reach <= at && MayCut(text, at))
            {
                return at;
            }

            reach = Math.Max(reach, at + _pieces.Longest(text[at..]).Length);
        }

        return text.Length;
    }

    // not inside a character, and not between two unknown ones
    private bool MayCut(ReadOnlySpan<char> text, int at)
    {
        if (char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]))
        {
            return false;
        }

        Rune.DecodeLastFromUtf16(text[..at], out var before, out _);
        Rune.DecodeFromUtf16(text[at..], out var after, out _);
        return _alphabet.ContainsKey(before.Value) || _alphabet.ContainsKey(after.Value);
    }
}
