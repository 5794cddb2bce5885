using System.Globalization;

namespace Harness;

/// <summary>The values of options as text, from the command line or a grid, read with one sentence for each mistake.</summary>
/// <param name="owner">Whose options these are, for the sentences.</param>
public sealed class Settings(string owner, IReadOnlyDictionary<string, string> given)
{
    /// <summary>Whether an option was given.</summary>
    public bool Has(string name) => given.ContainsKey(name);

    /// <summary>True or false; false where not given.</summary>
    public bool Flag(string name) => Choice(name, "false", "true", "false") == "true";

    /// <summary>A text; null where not given.</summary>
    public string? Text(string name) => given.GetValueOrDefault(name);

    /// <summary>A text that must be given.</summary>
    /// <param name="advice">What to give.</param>
    public string Required(string name, string advice) => Text(name) ?? throw new InputException($"{owner} needs --{name}: {advice}");

    /// <summary>One of a few words.</summary>
    public string Choice(string name, string fallback, params string[] words)
    {
        var word = Text(name) ?? fallback;
        return words.Contains(word) ? word : throw Refusal(name, string.Join(" or ", words));
    }

    /// <summary>A number within bounds, both included.</summary>
    public double Number(string name, double fallback, double from, double to)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return Parsed(text) is { } number && number >= from && number <= to
            ? number
            : throw Refusal(name, string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"));
    }

    /// <summary>A whole number within bounds, both included.</summary>
    public int Whole(string name, int fallback, int from, int to = int.MaxValue)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : throw Refusal(name, to == int.MaxValue ? $"a whole number from {from} on" : $"a whole number from {from} to {to}");
    }

    /// <summary>Numbers from 0 on, separated by commas; the fallback where not given.</summary>
    public IReadOnlyList<double> Numbers(string name, IReadOnlyList<double> fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        var numbers = text.Split(',').Select(part => Parsed(part.Trim())).ToArray();
        return numbers.Length == fallback.Count && numbers.All(number => number >= 0)
            ? [.. numbers.Select(number => number!.Value)]
            : throw Refusal(name, $"{fallback.Count} numbers from 0 on, separated by commas");
    }

    /// <summary>"Option exponent of ria is 'x'; a number from 0 to 10 was expected."</summary>
    private InputException Refusal(string name, string expected) => new($"Option {name} of {owner} is '{Text(name)}'; {expected} was expected.");

    private static double? Parsed(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
