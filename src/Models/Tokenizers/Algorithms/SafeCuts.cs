using System.Text;

namespace Harness.Models.Tokenizers.Algorithms;

/// <summary>
/// Where a text can be cut without changing its byte-pair encoding: at the places no occurrence of a piece reaches across, because whatever
/// merges is a piece, so the merges on both sides know nothing of each other. Two characters that are both unknown stay together: their
/// tokens may be fused.
/// </summary>
internal sealed class SafeCuts
{
    private readonly PieceTrie pieces;
    private readonly Dictionary<int, int> alphabet;

    /// <param name="vocabulary">All that merges can make.</param>
    /// <param name="alphabet">The known characters, by code point.</param>
    public SafeCuts(IReadOnlyCollection<string> vocabulary, Dictionary<int, int> alphabet)
    {
        this.alphabet = alphabet;
        pieces = new PieceTrie(vocabulary.Count);
        foreach (var piece in vocabulary)
        {
            pieces.Add(piece, piece.Length);
        }
    }

    /// <summary>Length of the part of <paramref name="text"/> before its first safe cut, or of all of it.</summary>
    public int First(ReadOnlySpan<char> text)
    {
        var reach = 0;
        var lastIsUnknown = false;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var isUnknown = !alphabet.ContainsKey(rune.Value);
            if (at > 0 && reach <= at && !(lastIsUnknown && isUnknown))
            {
                return at;
            }

            reach = Math.Max(reach, at + pieces.Longest(text[at..]).Length);
            lastIsUnknown = isUnknown;
            at += length;
        }

        return text.Length;
    }
}
