using System.Globalization;
using System.Text;

namespace Harness.ZeroShot.Documents;

/// <summary>Python's text functions where .NET's differ: they see code points.</summary>
internal static class PythonText
{
    /// <summary><c>len(text)</c>: code points.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary><c>text.capitalize()</c>: the first character in title case, all others in lower case.</summary>
    public static string Capitalize(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var capitalized = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            capitalized.Append(i == 0 ? Title(runes[0]) : Lower(runes, i));
        }

        return capitalized.ToString();
    }

    private static string Title(Rune rune) => rune.Value switch
    {
        0xDF => "Ss",
        0x149 => "\u02BCN",
        0x1F0 => "J\u030C",
        >= 0x1C4 and <= 0x1CC => ((char)(rune.Value <= 0x1C6 ? 0x1C5 : rune.Value <= 0x1C9 ? 0x1C8 : 0x1CB)).ToString(),
        >= 0x1F1 and <= 0x1F3 => "\u01F2",
        0x587 => "\u0535\u0582",
        >= 0x10D0 and <= 0x10FF => rune.ToString(), // Georgian has capitals, but no title case
        >= 0xFB00 and <= 0xFB06 => new[] { "Ff", "Fi", "Fl", "Ffi", "Ffl", "St", "St" }[rune.Value - 0xFB00],
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };

    private static string Lower(Rune[] text, int at) => text[at].Value switch
    {
        0x130 => "i\u0307",
        0x3A3 when EndsWord(text, at) => "\u03C2",
        _ => Rune.ToLowerInvariant(text[at]).ToString(),
    };

    /// <summary>Unicode's Final_Sigma: a letter stands before and none behind, marks between them aside.</summary>
    private static bool EndsWord(Rune[] text, int at) =>
        text[..at].Reverse().FirstOrDefault(rune => !IsIgnored(rune)) is var before && IsCased(before)
        && text[(at + 1)..].FirstOrDefault(rune => !IsIgnored(rune)) is var behind && !IsCased(behind);

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnored(Rune rune) => rune.Value is '\'' or '.' or ':' or '^' or '`' or 0xB7 or 0x2018 or 0x2019
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
