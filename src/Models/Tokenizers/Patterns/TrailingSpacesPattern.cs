using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary><c>\s+$</c>, white space at the end of a line, by hand: a backtracking engine tries every run of it from each of its places.</summary>
internal sealed class TrailingSpacesPattern : ITextPattern
{
    /// <summary>The pattern as a regular expression.</summary>
    public const string Expression = @"\s+$";

    /// <inheritdoc/>
    public void Match(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        var gap = 0;
        for (var at = 0; at < text.Length;)
        {
            if (CharacterClasses.At(text, at, out var length) != CharacterClass.Space)
            {
                at += length;
                continue;
            }

            var run = CharacterClasses.EndOfRun(text, at, CharacterClass.Space);
            // the run reaches to the text's end, or to the last newline that is not its first character
            var newline = run - at > 1 ? text[(at + 1)..run].LastIndexOf('\n') : -1;
            var end = run == text.Length ? run : newline < 0 ? at : at + 1 + newline;
            if (end > at)
            {
                AddGap(at);
                stretches.Add(new Stretch(at, end - at, IsMatch: true));
                gap = end;
            }

            at = run;
        }

        AddGap(text.Length);

        void AddGap(int end)
        {
            if (gap < end)
            {
                stretches.Add(new Stretch(gap, end - gap, IsMatch: false));
            }
        }
    }
}
