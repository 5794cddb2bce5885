using Harness.Models.Tokenizers.Algorithms;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>Finds user-defined pieces, the longest at each place from the left, and leaves what lies between to <paramref name="model"/>.</summary>
internal sealed class UserDefinedPieces(PieceTrie pieces, ITokenModel model) : ITokenModel
{
    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (pieces.IsEmpty)
        {
            model.Encode(word, ids);
            return;
        }

        var start = 0;
        for (var at = 0; at < word.Length;)
        {
            var (length, id) = pieces.Longest(word[at..]);
            if (length == 0)
            {
                at++;
                continue;
            }

            EncodeBetween(word[start..at], ids);
            ids.Add(id);
            at += length;
            start = at;
        }

        EncodeBetween(word[start..], ids);
    }

    private void EncodeBetween(ReadOnlySpan<char> word, List<int> ids)
    {
        if (!word.IsEmpty)
        {
            model.Encode(word, ids);
        }
    }
}
