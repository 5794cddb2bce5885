using System.CommandLine;
using Harness.Prune;
using Harness.Prune.Methods;

namespace Harness.Cli.Options;

/// <summary>--method with every option that some method has: what a recipe is read from.</summary>
internal sealed class MethodOptions
{
    private readonly List<(KnownOption Known, Option Option)> _options =
        [.. PruningMethods.All.SelectMany(method => method.Options).Concat(PruningRecipe.Options).DistinctBy(option => option.Name).Select(option => (option, Made(option)))];

    /// <summary>--method.</summary>
    public Option<string?> Name { get; } = OptionFactory.Text(
        "--method", "NAME", $"Pruning method: {string.Join(", ", PruningMethods.Known)} (default with --masks: masks).", [.. PruningMethods.Known]);

    /// <summary>Adds the options of the methods; <see cref="Name"/> is added where it belongs.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>What was given, by the names that grids use too.</summary>
    public IReadOnlyDictionary<string, string> Given(ParseResult parsed) =>
        _options.Select(option => (option.Known.Name, Value: Value(parsed, option.Option))).Where(option => option.Value is not null).ToDictionary(option => option.Name, option => option.Value!);

    /// <summary>The method asked for; one that an option alone stands for need not be named.</summary>
    public string Method(ParseResult parsed, IReadOnlyDictionary<string, string> given) => parsed.GetValue(Name)
        ?? (given.ContainsKey(GivenMasks.Entry.Name) ? GivenMasks.Entry.Name : throw new InputException($"Give --method NAME, one of {string.Join(", ", PruningMethods.Known)}."));

    private static Option Made(KnownOption option) =>
        option.IsFlag ? OptionFactory.Flag($"--{option.Name}", option.Description) : OptionFactory.Text($"--{option.Name}", option.Value!, option.Description);

    private static string? Value(ParseResult parsed, Option option) =>
        option is Option<bool> flag ? parsed.GetValue(flag) ? "true" : null : parsed.GetValue((Option<string?>)option);
}
