using System.Globalization;
using System.Text;

namespace Harness.Models.Tokenizers.Patterns;

/// <summary>
/// Stand-ins in the basic plane for the characters beyond it, one for all that a regular expression cannot tell apart: those of one general category that lie in the same of
/// the ranges it names. A stand-in is of that category and not named itself.
/// </summary>
internal sealed class BasicPlaneMap
{
    private const int MostRanges = 64;

    private readonly (int First, int Last)[] _ranges;
    private readonly Dictionary<(UnicodeCategory Category, ulong Ranges), char> _standIns = [];

    /// <exception cref="ArgumentException">The expression names too many characters to leave any.</exception>
    public BasicPlaneMap(NamedCharacters named)
    {
        _ranges = [.. named.Beyond];
        if (_ranges.Length > MostRanges)
        {
            throw new ArgumentException($"it names more than {MostRanges} ranges beyond the basic plane");
        }

        var free = Enumerable.Range(0x0100, char.MaxValue - 0x00FF).Select(unit => (char)unit).Where(unit => !named.Has(unit))
            .GroupBy(CharUnicodeInfo.GetUnicodeCategory).ToDictionary(group => group.Key, group => new Queue<char>(group));
        var kinds = _ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(Kind)
            .Concat(Enum.GetValues<UnicodeCategory>().Select(category => (category, 0UL)));
        foreach (var kind in kinds.Distinct())
        {
            if (free.GetValueOrDefault(kind.Item1)?.TryDequeue(out var unit) is true)
            {
                _standIns.Add(kind, unit);
            }
            else if (kind.Item2 != 0)
            {
                throw new ArgumentException($"it names all characters of the category {kind.Item1}");
            }
        }
    }

    /// <summary>The stand-in of a character beyond the basic plane.</summary>
    public char Of(Rune rune) => _standIns.TryGetValue(Kind(rune.Value), out var unit) ? unit : Rune.ReplacementChar.ToString()[0];

    /// <summary>The stand-ins of a named range.</summary>
    public IEnumerable<char> Of(int first, int last)
    {
        var range = 1UL << Array.IndexOf(_ranges, (first, last));
        return _standIns.Where(item => (item.Key.Ranges & range) != 0).Select(item => item.Value).Order();
    }

    private (UnicodeCategory Category, ulong Ranges) Kind(int codePoint)
    {
        var ranges = 0UL;
        for (var i = 0; i < _ranges.Length; i++)
        {
            ranges |= codePoint >= _ranges[i].First && codePoint <= _ranges[i].Last ? 1UL << i : 0;
        }

        return (CharUnicodeInfo.GetUnicodeCategory(codePoint), ranges);
    }
}
