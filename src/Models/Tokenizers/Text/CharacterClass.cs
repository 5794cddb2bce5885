using System.Globalization;
using System.Text;

namespace Harness.Models.Tokenizers.Text;

/// <summary>The classes that splitting patterns tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither of the others.</summary>
    Other,

    /// <summary><c>\p{L}</c></summary>
    Letter,

    /// <summary><c>\p{N}</c></summary>
    Number,

    /// <summary><c>\s</c>: Unicode's White_Space.</summary>
    Space,
}

/// <summary>Classes of code points in a UTF-16 text, by table.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Basic = [.. Enumerable.Range(0, 0x10000).Select(Classify)];

    /// <summary>The class of the code point at <paramref name="at"/> and how many UTF-16 units it has.</summary>
    public static CharacterClass At(ReadOnlySpan<char> text, int at, out int length)
    {
        var unit = text[at];
        length = 1;
        if (!char.IsHighSurrogate(unit) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
        {
            return Basic[unit];
        }

        length = 2;
        return Classify(char.ConvertToUtf32(unit, text[at + 1]));
    }

    /// <summary>Where the run of <paramref name="wanted"/> that begins at <paramref name="at"/> ends, after at most <paramref name="most"/> code points.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int at, CharacterClass wanted, int most = int.MaxValue)
    {
        while (at < text.Length && most-- > 0 && At(text, at, out var length) == wanted)
        {
            at += length;
        }

        return at;
    }

    /// <summary>Whether a regular expression's <c>\w</c> matches: alphabetic, mark, decimal digit, connector or joiner.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber => true,
        UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        _ => false,
    };

    private static CharacterClass Classify(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
    {
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => CharacterClass.Number,
        >= UnicodeCategory.SpaceSeparator and <= UnicodeCategory.ParagraphSeparator => CharacterClass.Space,
        _ => codePoint is (>= 0x09 and <= 0x0D) or 0x85 ? CharacterClass.Space : CharacterClass.Other,
    };
}
