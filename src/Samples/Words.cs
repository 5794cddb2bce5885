using System.Globalization;

namespace Harness.Samples;

/// <summary>English, as far as this world speaks it.</summary>
internal static class Words
{
    /// <summary>With <c>a</c> or <c>an</c>.</summary>
    public static string A(string noun) => ("aeiou".Contains(noun[0], StringComparison.Ordinal) ? "an " : "a ") + noun;

    /// <summary>With a capital at its beginning.</summary>
    public static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A pattern with {0}, {1}, … filled in, with a capital at its beginning.</summary>
    public static string Sentence(string pattern, params object[] words) => Sentence(Fill(pattern, words));

    /// <summary>A pattern with {0}, {1}, … filled in.</summary>
    public static string Fill(string pattern, params object[] words) => string.Format(CultureInfo.InvariantCulture, pattern, words);
}
