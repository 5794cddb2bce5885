using System.Globalization;
using System.Text;
using Harness.Models.Tokenizers.SentencePiece;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>
/// A SentencePiece charsmap the way Hugging Face tokenizers applies it: to each grapheme of less than six bytes, else to each character, always
/// the shortest entry, which replaces all of it.
/// </summary>
internal sealed class Precompiled(Charsmap charsmap) : INormalizer
{
    private const int LongestGrapheme = 5;

    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var output = new StringBuilder(text.Length);
        var graphemes = StringInfo.GetTextElementEnumerator(text);
        while (graphemes.MoveNext())
        {
            var grapheme = graphemes.GetTextElement();
            if (!TryAppend(grapheme, LongestGrapheme, output))
            {
                foreach (var rune in grapheme.EnumerateRunes())
                {
                    var character = rune.ToString();
                    if (!TryAppend(character, int.MaxValue, output))
                    {
                        output.Append(character);
                    }
                }
            }
        }

        return output.ToString();
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(Math.Max(1, charsmap.LongestReplacement), 0);

    private bool TryAppend(string part, int most, StringBuilder output)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        var (length, replacement) = bytes.Length <= most ? charsmap.Find(bytes, shortest: true) : (0, "");
        output.Append(replacement);
        return length > 0;
    }
}
