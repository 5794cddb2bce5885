using System.Text;
using Harness.Models.Tokenizers.Normalizers;

namespace Harness.Models.Tokenizers.SentencePiece;

/// <summary>SentencePiece's normalizer: spaces at the ends and repeated ones removed, a space put before the text, all of them written as marks.</summary>
/// <param name="addDummyPrefix">Whether a space is put before a text.</param>
/// <param name="removeExtraWhitespaces">Whether spaces at the ends and repeated ones go.</param>
/// <param name="keepsLeadingSpace">Whether one space at the start stays even so, as LlamaTokenizer with legacy=false has it.</param>
internal sealed class PieceNormalizer(bool addDummyPrefix, bool removeExtraWhitespaces, bool keepsLeadingSpace) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        text = removeExtraWhitespaces ? RemoveExtra(text) : text;
        if (text.Length == 0)
        {
            return text;
        }

        text = text.Replace(' ', Weight.Mark);
        return addDummyPrefix ? Weight.Mark + text : text;
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(weight.Of(Weight.Mark.ToString()), addDummyPrefix ? weight.Of(Weight.Mark.ToString()) : 0);

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
