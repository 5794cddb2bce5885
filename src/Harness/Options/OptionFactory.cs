using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Harness.Cli.Options;

/// <summary>Options of the kinds that the verbs use.</summary>
internal static class OptionFactory
{
    /// <summary>A text that must be given.</summary>
    public static Option<string> Required(string name, string value, string description)
    {
        var option = new Option<string>(name) { HelpName = value, Description = description, Required = true };
        RefuseEmpty(option);
        return option;
    }

    /// <summary>A text that may be given.</summary>
    public static Option<string?> Text(string name, string value, string description, params string[] completions)
    {
        var option = new Option<string?>(name) { HelpName = value, Description = description };
        RefuseEmpty(option);
        if (completions.Length > 0)
        {
            option.CompletionSources.Add(completions);
        }

        return option;
    }

    /// <summary>Texts that may be given, each behind the option's name.</summary>
    public static Option<string[]> Several(string name, string value, string description)
    {
        var option = new Option<string[]>(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore };
        RefuseEmpty(option);
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words) => Text(name, string.Join('|', words), description, words);

    /// <summary>The same for a file that is written: what cannot be one is refused before any work.</summary>
    public static T Written<T>(T option)
        where T : Option
    {
        option.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: { Length: > 0 } path }] && Directory.Exists(path))
            {
                given.AddError($"{option.Name} is the folder {path}; the name of a file was expected.");
            }
        });
        return option;
    }

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

    /// <summary>Any number above 0.</summary>
    public static Option<double?> Positive(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = given => double.TryParse(Only(given), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number)
            ? number
            : Refuse<double?>(given, name, "a number above 0"),
    };

    private static void RefuseEmpty(Option option) => option.Validators.Add(given =>
    {
        if (given.Tokens is [{ Value: "" }])
        {
            given.AddError($"{option.Name} is empty; {option.HelpName} was expected.");
        }
    });

    private static string Only(ArgumentResult given) => given.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult given, string name, string expected)
    {
        given.AddError($"{name} is '{Only(given)}'; {expected} was expected.");
        return default;
    }
}
