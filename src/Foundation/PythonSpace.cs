using System.Buffers;

namespace Harness;

/// <summary>White space as Python sees it (<c>str.isspace</c>): .NET's and the four separators of ASCII.</summary>
public static class PythonSpace
{
    private static readonly SearchValues<char> White = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(letter => char.IsWhiteSpace(letter) || letter is >= '\x1c' and <= '\x1f')]);

    /// <summary><c>text.strip()</c>.</summary>
    public static string Strip(string text)
    {
        var start = text.AsSpan().IndexOfAnyExcept(White);
        return start < 0 ? "" : text[start..StripEnd(text)];
    }

    /// <summary>Where <c>text.rstrip()</c> ends.</summary>
    public static int StripEnd(string text) => text.AsSpan().LastIndexOfAnyExcept(White) + 1;
}
