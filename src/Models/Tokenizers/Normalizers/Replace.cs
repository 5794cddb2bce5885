using System.Text;
using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Writes <paramref name="content"/> in place of every match of a pattern.</summary>
internal sealed class Replace(ITextPattern pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        if (pattern is LiteralPattern { Literal: var literal })
        {
            return literal.Length == 1 && content.Length == 1 ? text.Replace(literal[0], content[0]) : text.Replace(literal, content, StringComparison.Ordinal);
        }

        var stretches = new List<Stretch>();
        pattern.Match(text, stretches);
        var output = new StringBuilder();
        foreach (var stretch in stretches)
        {
            output.Append(stretch.IsMatch ? content : text.AsSpan(stretch.Start, stretch.Length));
        }

        return output.ToString();
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight)
    {
        var from = pattern is LiteralPattern literal ? weight.Of(literal.Literal) : 1;
        return new Growth(Math.Max(1, (weight.Of(content) + from - 1) / from), 0);
    }
}
