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

    private readonly PieceTrie pieces;
    private readonly double[] scores;
    private readonly double unknownScore;
    private readonly bool isSingle;
    private readonly UnknownCharacters unknown;

    /// <param name="pieces">Piece, id and score of all that text can become.</param>
    /// <param name="lowestScore">The lowest score of a piece; an unknown character scores 10 less.</param>
    /// <param name="isSingle">Whether scores are added up in single precision, as SentencePiece does.</param>
    /// <param name="unknown">What becomes of characters no piece covers.</param>
    public Unigram(IReadOnlyCollection<(string Text, int Id, double Score)> pieces, double lowestScore, bool isSingle, UnknownCharacters unknown)
    {
        this.pieces = new PieceTrie(pieces.Count);
        this.isSingle = isSingle;
        this.unknown = unknown;
        scores = new double[pieces.Max(piece => piece.Id) + 1];
        unknownScore = Round(lowestScore - UnknownPenalty);
        foreach (var (text, id, score) in pieces)
        {
            this.pieces.Add(text, id);
            scores[id] = score;
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
            for (var end = start; end < word.Length && (node = pieces.Step(node, word[end])) != PieceTrie.None;)
            {
                end++;
                if (pieces.Value(node) is >= 0 and var id)
                {
                    Reach(end, scores[id], id);
                    isCovered |= end - start == length;
                }
            }

            if (!isCovered)
            {
                Reach(start + length, unknownScore, ~rune.Value);
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
        unknown.Append(symbols.ToArray(), ids);
    }

    private double Round(double score) => isSingle ? (float)score : score;
}
