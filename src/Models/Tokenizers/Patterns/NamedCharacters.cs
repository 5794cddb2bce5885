namespace Harness.Models.Tokenizers.Patterns;

/// <summary>The characters a regular expression names by themselves or in ranges, not by a class.</summary>
internal sealed class NamedCharacters
{
    private readonly bool[] _basic = new bool[char.MaxValue + 1];
    private readonly HashSet<(int First, int Last)> _beyond = [];

    /// <summary>The ranges beyond the basic plane.</summary>
    public IReadOnlyCollection<(int First, int Last)> Beyond => _beyond;

    /// <summary>Adds all from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <exception cref="ArgumentException">The range is in reverse order.</exception>
    public void Add(int first, int last)
    {
        if (last < first)
        {
            throw new ArgumentException($"the range U+{first:X4} to U+{last:X4} is in reverse order");
        }

        for (var unit = first; unit <= Math.Min(last, char.MaxValue); unit++)
        {
            _basic[unit] = true;
        }

        if (last > char.MaxValue)
        {
            _beyond.Add((Math.Max(first, char.MaxValue + 1), last));
        }
    }

    /// <summary>Whether a character of the basic plane is among them.</summary>
    public bool Has(char unit) => _basic[unit];
}
