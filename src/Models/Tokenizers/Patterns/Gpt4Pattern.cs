using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>GPT-4's splitting pattern as Llama 3 (numbers in threes) and Qwen (single digits) have it, by hand.</summary>
internal sealed class Gpt4Pattern(int longestNumber) : ITextPattern
{
    /// <summary>The pattern as a regular expression, numbers in threes.</summary>
    public const string Threes = Before + @"\p{N}{1,3}" + After;

    /// <summary>The pattern as a regular expression, single digits.</summary>
    public const string Singles = Before + @"\p{N}" + After;

    private const string Before = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string After = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

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

    private int End(ReadOnlySpan<char> text, int start)
    {
        var contraction = Contractions.Length(text[start..], ignoreCase: true);
        if (contraction > 0)
        {
            return start + contraction;
        }

        var kind = CharacterClasses.At(text, start, out var length);
        var second = start + length;
        switch (kind)
        {
            case CharacterClass.Letter:
                return CharacterClasses.EndOfRun(text, second, CharacterClass.Letter);
            case CharacterClass.Number:
                return CharacterClasses.EndOfRun(text, start, CharacterClass.Number, longestNumber);
        }

        if (second < text.Length && !IsNewline(text[start]))
        {
            var next = CharacterClasses.At(text, second, out _);
            if (next == CharacterClass.Letter)
            {
                return CharacterClasses.EndOfRun(text, second, CharacterClass.Letter);
            }

            if (kind == CharacterClass.Other || (text[start] == ' ' && next == CharacterClass.Other))
            {
                return EndOfNewlines(text, CharacterClasses.EndOfRun(text, second, CharacterClass.Other));
            }
        }

        return kind == CharacterClass.Other ? EndOfNewlines(text, second) : EndOfSpaces(text, start);
    }

    // \s*[\r\n]+ reaches to the last newline of the run; without one the run is cut as in GPT-2's pattern
    private static int EndOfSpaces(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.EndOfRun(text, start, CharacterClass.Space);
        var newline = text[start..end].LastIndexOfAny('\r', '\n');
        return newline >= 0 ? start + newline + 1 : Spaces.End(text, start);
    }

    private static int EndOfNewlines(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsNewline(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsNewline(char unit) => unit is '\r' or '\n';
}
