using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>Every occurrence of a string.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    /// <summary>The string looked for; not empty.</summary>
    public string Literal { get; } = literal;

    /// <inheritdoc/>
    public void Match(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        for (var start = 0; start < text.Length;)
        {
            var before = text[start..].IndexOf(Literal);
            if (before != 0)
            {
                stretches.Add(new Stretch(start, before > 0 ? before : text.Length - start, IsMatch: false));
            }

            if (before < 0)
            {
                break;
            }

            stretches.Add(new Stretch(start + before, Literal.Length, IsMatch: true));
            start += before + Literal.Length;
        }
    }
}
