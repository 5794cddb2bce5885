using System.Text;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>Every single character of a kind.</summary>
internal sealed class CharacterPattern(Func<Rune, bool> isMatch) : ITextPattern
{
    /// <summary><c>\p{N}</c>.</summary>
    public static CharacterPattern Numbers { get; } = new(Rune.IsNumber);

    /// <summary>Unicode's White_Space.</summary>
    public static CharacterPattern Whitespace { get; } = new(Rune.IsWhiteSpace);

    /// <summary>ASCII's punctuation and symbols, and Unicode's punctuation.</summary>
    public static CharacterPattern Punctuation { get; } = new(rune =>
        rune.IsAscii ? char.IsPunctuation((char)rune.Value) || char.IsSymbol((char)rune.Value) : Rune.IsPunctuation(rune));

    /// <inheritdoc/>
    public void Match(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        var (at, gap) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            if (isMatch(rune))
            {
                if (gap < at)
                {
                    stretches.Add(new Stretch(gap, at - gap, IsMatch: false));
                }

                stretches.Add(new Stretch(at, length, IsMatch: true));
                gap = at + length;
            }

            at += length;
        }

        if (gap < at)
        {
            stretches.Add(new Stretch(gap, at - gap, IsMatch: false));
        }
    }
}
