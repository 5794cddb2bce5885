using System.Text;
using Harness.Models.Tokenizers.Algorithms;
using Harness.Models.Tokenizers.Normalizers;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's normalizer: characters replaced by the charsmap, the longest entry first; spaces at the ends and repeated ones removed, a space put before the text, all of them written as marks.
/// </summary>
/// <param name="charsmap">The replacements, or null.</param>
/// <param name="userDefined">Pieces that are left as they are.</param>
/// <param name="addDummyPrefix">Whether a space is put before a text.</param>
/// <param name="removeExtraWhitespaces">Whether spaces at the ends and repeated ones go.</param>
/// <param name="keepsLeadingSpace">Whether one space at the start stays even so, as LlamaTokenizer with legacy=false has it.</param>
internal sealed class PieceNormalizer(
    Charsmap? charsmap, PieceTrie userDefined, bool addDummyPrefix, bool removeExtraWhitespaces, bool keepsLeadingSpace) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        text = charsmap is null ? text : Map(text, charsmap);
        text = removeExtraWhitespaces ? RemoveExtra(text) : text;
        if (text.Length == 0)
        {
            return text;
        }

        text = text.Replace(' ', Weight.Mark);
        return addDummyPrefix ? Weight.Mark + text : text;
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight)
    {
        var mark = weight.Of(Weight.Mark.ToString());
        return new Growth(mark * Math.Max(1, charsmap?.LongestReplacement ?? 1), addDummyPrefix ? mark : 0);
    }

    private string Map(string text, Charsmap map)
    {
        var output = new StringBuilder(text.Length);
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        for (var at = 0; at < text.Length;)
        {
            var (kept, _) = userDefined.Longest(text.AsSpan(at));
            var (length, replacement) = kept > 0 ? (0, "") : map.Find(bytes);
            if (length == 0)
            {
                kept = Math.Max(kept, char.IsSurrogatePair(text, at) ? 2 : 1);
                output.Append(text, at, kept);
                at += kept;
                bytes = bytes[Encoding.UTF8.GetByteCount(text.AsSpan(at - kept, kept))..];
                continue;
            }

            output.Append(replacement);
            at += Encoding.UTF8.GetCharCount(bytes[..length]);
            bytes = bytes[length..];
        }

        return output.ToString();
    }

    // a mark that the text itself has is no space at its start or inside, but goes at its end
    private string RemoveExtra(string text)
    {
        var output = new StringBuilder(text.Length);
        var afterSpace = !(keepsLeadingSpace && text.StartsWith(' '));
        foreach (var unit in text)
        {
            if (unit != ' ' || !afterSpace)
            {
                output.Append(unit);
            }

            afterSpace = unit == ' ';
        }

        return output.ToString().TrimEnd(' ', Weight.Mark);
    }
}
