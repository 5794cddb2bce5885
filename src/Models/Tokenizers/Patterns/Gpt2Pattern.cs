using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>GPT-2's splitting pattern (Radford et al. 2019), by hand: contractions, words, numbers and the rest, each with the space before it.</summary>
internal sealed class Gpt2Pattern : ITextPattern
{
    /// <summary>The pattern as a regular expression.</summary>
    public const string Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public void Match(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = End(text, start);
            stretches.Add(new Stretch(start, end - start, IsMatch: true));
            start = end;
        }
    }

    private static int End(ReadOnlySpan<char> text, int start)
    {
        var contraction = Contractions.Length(text[start..], ignoreCase: false);
        if (contraction > 0)
        {
            return start + contraction;
        }

        var first = start + (text[start] == ' ' && start + 1 < text.Length ? 1 : 0);
        var kind = CharacterClasses.At(text, first, out _);
        return kind == CharacterClass.Space ? Spaces.End(text, start) : CharacterClasses.EndOfRun(text, first, kind);
    }
}
