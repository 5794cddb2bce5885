using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Harness.Cli.Options;

/// <summary>Options of the kinds that the verbs use.</summary>
internal static class OptionFactory
{
    /// <summary>A text that must be given.</summary>
    public static Option<string> Required(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Required = true };

    /// <summary>A text that may be given.</summary>
    public static Option<string?> Text(string name, string value, string description, params string[] completions)
    {
        var option = new Option<string?>(name) { HelpName = value, Description = description };
        if (completions.Length > 0)
        {
            option.CompletionSources.Add(completions);
        }

        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words) => Text(name, string.Join('|', words), description, words);

    /// <summary>Whether something is wanted.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A whole number from 1 on.</summary>
    public static Option<int?> Count(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = given => int.TryParse(Only(given), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : Refuse<int?>(given, name, "a whole number from 1 on"),
    };

    /// <summary>Any whole number.</summary>
    public static Option<BigInteger?> Integer(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = given => BigInteger.TryParse(Only(given), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Refuse<BigInteger?>(given, name, "a whole number"),
    };

    private static string Only(ArgumentResult given) => given.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult given, string name, string expected)
    {
        given.AddError($"{name} is '{Only(given)}'; {expected} was expected.");
        return default;
    }
}
