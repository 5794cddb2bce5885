using System.Buffers;
using System.Text;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// Unigram language model (Kudo 2018): the split of a word into pieces with the highest sum of log-probabilities, by Viterbi's algorithm from
/// left to right; among equals the one found first stays. Linear in the length of the word.
/// </summary>
internal sealed class Unigram : ITokenModel
{
    private const double UnknownPenalty = 10;

    private readonly PieceTrie _pieces;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly bool _isSingle;
    private readonly UnknownCharacters _unknown;

    /// <param name="pieces">Piece, id and score of all that text can become.</param>
    /// <param name="lowestScore">The lowest score of a piece; an unknown character scores 10 less.</param>
    /// <param name="isSingle">Whether scores are added up in single precision, as SentencePiece does.</param>
    /// <param name="unknown">What becomes of characters no piece covers.</param>
    public Unigram(IReadOnlyCollection<(string Text, int Id, double Score)> pieces, double lowestScore, bool isSingle, UnknownCharacters unknown)
    {
        _pieces = new PieceTrie(pieces.Count);
        _isSingle = isSingle;
        _unknown = unknown;
        _scores = new double[pieces.Max(piece => piece.Id) + 1];
        _unknownScore = Round(lowestScore - UnknownPenalty);
        foreach (var (text, id, score) in pieces)
        {
            _pieces.Add(text, id);
            _scores[id] = score;
        }
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        // The best way to each place: its score, where its last symbol starts (-1: not reached yet) and what it is.
        var best = ArrayPool<(double Score, int Start, int Symbol)>.Shared.Rent(word.Length + 1);
        best.AsSpan(0, word.Length + 1).Fill((0, -1, 0));
        for (var start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out var rune, out var length);
            var isCovered = false;
            var node = PieceTrie.Root;
            for (var end = start; end < word.Length && (node = _pieces.Step(node, word[end])) != PieceTrie.None;)
            {
                end++;
                if (_pieces.Value(node) is >= 0 and var id)
                {
                    Reach(end, _scores[id], id);
                    isCovered |= end - start == length;
                }
            }

            if (!isCovered)
            {
                Reach(start + length, _unknownScore, ~rune.Value);
            }

            start += length;

            void Reach(int end, double score, int symbol)
            {
                var total = Round(score + best[start].Score);
                if (best[end].Start < 0 || total > best[end].Score)
                {
                    best[end] = (total, start, symbol);
                }
            }
        }

        var symbols = new Stack<int>();
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            symbols.Push(best[end].Symbol);
        }

        ArrayPool<(double, int, int)>.Shared.Return(best);
        _unknown.Append(symbols.ToArray(), ids);
    }

    private double Round(double score) => _isSingle ? (float)score : score;
}
