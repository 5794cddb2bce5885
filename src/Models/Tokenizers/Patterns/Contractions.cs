namespace Harness.Models.Tokenizers.Patterns;

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d</c>.</summary>
internal static class Contractions
{
    /// <summary>Length of the contraction at the start of <paramref name="text"/>, 0 if there is none.</summary>
    public static int Length(ReadOnlySpan<char> text, bool ignoreCase)
    {
        if (text.Length < 2 || text[0] != '\'')
        {
            return 0;
        }

        var first = Fold(text[1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }

        var second = text.Length > 2 ? Fold(text[2], ignoreCase) : default;
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    // ſ, the long s, is another lower case of S to every engine that ignores case
    private static char Fold(char unit, bool ignoreCase) =>
        !ignoreCase ? unit : unit == '\u017F' ? 's' : char.IsAsciiLetterUpper(unit) ? (char)(unit | 0x20) : unit;
}
