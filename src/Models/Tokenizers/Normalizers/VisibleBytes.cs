using System.Text;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Writes every byte as one visible character, before the text is split.</summary>
internal sealed class VisibleBytes : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var output = new StringBuilder(text.Length + text.Length / 8);
        ByteAlphabet.Append(text, output);
        return output.ToString();
    }

    // a byte becomes a character of up to two bytes
    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(2, 0);
}
