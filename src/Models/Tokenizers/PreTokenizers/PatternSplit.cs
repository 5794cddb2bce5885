using Harness.Models.Tokenizers.Patterns;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.PreTokenizers;

/// <summary>Splits at the matches of a pattern, or with <paramref name="invert"/> at what lies between them.</summary>
internal sealed class PatternSplit(ITextPattern pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    /// <inheritdoc/>
    public Words Split(Words words)
    {
        var parts = new List<Segment>(words.Parts.Count + words.Text.Length / 5);
        var stretches = new List<Stretch>();
        foreach (var part in words.Parts)
        {
            stretches.Clear();
            pattern.Match(words.Text.AsSpan(part.Start, part.Length), stretches);
            if (invert)
            {
                stretches = [.. stretches.Select(stretch => stretch with { IsMatch = !stretch.IsMatch })];
            }

            behavior.AppendParts(stretches, part.Start, parts);
        }

        return words with { Parts = parts };
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight, bool split) => Tokenizers.Growth.None;
}
