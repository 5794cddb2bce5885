using System.Text.RegularExpressions;
using Harness.Models.Tokenizers.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>
/// A regular expression of the Oniguruma kind that has no implementation by hand. .NET's engine sees UTF-16 units, so characters beyond the
/// basic plane are shown to it as stand-ins that match where they would.
/// </summary>
internal sealed class RegexPattern : ITextPattern
{
    private readonly Regex _regex;
    private readonly BasicPlaneMap _map;

    /// <exception cref="ArgumentException">The expression is not understood.</exception>
    public RegexPattern(string expression)
    {
        (var translated, _map) = OnigurumaSyntax.Translate(expression);
        _regex = new Regex(translated, RegexOptions.CultureInvariant);
    }

    /// <inheritdoc/>
    public void Match(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            MatchBasic(text, stretches, static unit => unit);
            return;
        }

        var projection = new BasicPlaneProjection(text, _map);
        MatchBasic(projection.Text, stretches, projection.Position);
    }

    private void MatchBasic(ReadOnlySpan<char> text, List<Stretch> stretches, Func<int, int> position)
    {
        var gap = 0;
        foreach (var match in _regex.EnumerateMatches(text))
        {
            Add(gap, match.Index, isMatch: false);
            Add(match.Index, match.Index + match.Length, isMatch: true);
            gap = match.Index + match.Length;
        }

        Add(gap, text.Length, isMatch: false);

        void Add(int start, int end, bool isMatch)
        {
            if (start < end)
            {
                stretches.Add(new Stretch(position(start), position(end) - position(start), isMatch));
            }
        }
    }
}
