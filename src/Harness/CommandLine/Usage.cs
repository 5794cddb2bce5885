using System.CommandLine;
using System.CommandLine.Parsing;

namespace Harness.Cli.CommandLine;

/// <summary>Says in one sentence what is wrong with a command line.</summary>
internal static class Usage
{
    /// <summary>The first thing that is wrong: an unknown word, something missing, a value that cannot be read.</summary>
    public static InputException Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            return Unmatched(parsed, command, word);
        }

        if (parsed.Errors.Select(error => error.SymbolResult).OfType<OptionResult>().FirstOrDefault() is { } wrong)
        {
            if (wrong.Tokens.Count == 0 && !wrong.Implicit)
            {
                return new InputException($"{wrong.Option.Name} needs a value: {wrong.Option.Name} {wrong.Option.HelpName}.");
            }

            if (wrong.IdentifierTokenCount > 1)
            {
                return new InputException($"{wrong.Option.Name} is given {wrong.IdentifierTokenCount} times; give it once.");
            }
        }

        var missing = command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true }).Select(option => $"{option.Name} {option.HelpName}")
            .Concat(command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument)?.Tokens.Count is null or 0)
                .Select(argument => argument.Name)).ToArray();
        return new InputException(missing.Length > 0 ? $"{Path(parsed)} needs {string.Join(" and ", missing)}. See {Path(parsed)} --help." : parsed.Errors[0].Message);
    }

    private static InputException Unmatched(ParseResult parsed, Command command, string word)
    {
        if (word.StartsWith('-'))
        {
            var inherited = parsed.RootCommandResult.Command.Options.Where(option => option.Recursive);
            return Names.Unknown("option", word.Split('=')[0], command.Options.Concat(inherited).Select(option => option.Name).Distinct());
        }

        return command.Subcommands.Count > 0
            ? Names.Unknown("verb", word, command.Subcommands.Select(verb => verb.Name))
            : new InputException($"'{word}' belongs to no option of {Path(parsed)}. See {Path(parsed)} --help.");
    }

    private static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', names.Prepend("harness"));
    }
}
