using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary><c>\s+(?!\S)|\s+</c>: a run of white space leaves its last character to the word that follows.</summary>
internal static class Spaces
{
    /// <summary>Where the match that begins at <paramref name="start"/>, a white space, ends.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.EndOfRun(text, start, CharacterClass.Space);
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }
}
