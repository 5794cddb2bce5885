using System.Buffers;
using System.Text;
using Harness.Models.Tokenizers.Algorithms;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost first, the longest among those.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly PieceTrie _trie = new();
    private readonly List<AddedToken> _tokens = [];
    private readonly SearchValues<char> _firsts;

    /// <param name="tokens">The tokens, each with the form it has in the text; empty forms are never found.</param>
    public AddedTokenSplitter(IEnumerable<(AddedToken Token, string Form)> tokens)
    {
        var units = new HashSet<char>();
        foreach (var (token, form) in tokens.Where(pair => pair.Form.Length > 0))
        {
            _trie.Add(form, _tokens.Count);
            _tokens.Add(token);
            units.Add(form[0]);
        }

        _firsts = SearchValues.Create([.. units]);
    }

    /// <summary>The parts of <paramref name="text"/> in order: with a token, or with null for what lies between; none is empty.</summary>
    public List<(Segment Part, AddedToken? Token)> Split(string text)
    {
        var parts = new List<(Segment, AddedToken?)>();
        var done = 0;
        for (var at = 0; (at = Next(text, at)) >= 0;)
        {
            var (length, index) = _trie.Longest(text.AsSpan(at));
            if (length == 0)
            {
                at++;
                continue;
            }

            var token = _tokens[index];
            var (start, end) = (at, at + length);
            at = end;
            if (token.SingleWord && (EndsWithWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end))))
            {
                continue;
            }

            start = token.LeftStrip ? Math.Max(done, text.AsSpan(0, start).TrimEnd().Length) : start;
            end = token.RightStrip ? text.Length - text.AsSpan(end).TrimStart().Length : end;
            AddGap(done, start);
            parts.Add((new Segment(start, end - start), token));
            done = end;
            at = Math.Max(at, end);
        }

        AddGap(done, text.Length);
        return parts;

        void AddGap(int from, int to)
        {
            if (from < to)
            {
                parts.Add((new Segment(from, to - from), null));
            }
        }
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterClasses.IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterClasses.IsWord(rune);

    private int Next(string text, int at)
    {
        var ahead = text.AsSpan(at).IndexOfAny(_firsts);
        return ahead < 0 ? -1 : at + ahead;
    }
}
