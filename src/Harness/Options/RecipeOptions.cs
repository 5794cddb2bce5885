using System.CommandLine;
using Harness.LoraFinetune.Recipes;

namespace Harness.Cli.Options;

/// <summary>--recipe with everything that may be said about one.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _recipe = OptionFactory.Text(
        "--recipe", "NAME|FILE", $"How to train: {string.Join(", ", FinetuneRecipes.Known)}, or a .json file of these options (default: {FinetuneRecipes.Known[0]}).", [.. FinetuneRecipes.Known]);

    private readonly List<(KnownOption Known, Option<string?> Option)> _options =
        [.. RecipeReader.Options.Select(option => (option, OptionFactory.Text($"--{option.Name}", option.Value!, option.Description)))];

    /// <param name="command">Gets the options.</param>
    public RecipeOptions(Command command)
    {
        command.Add(_recipe);
        _options.ForEach(option => command.Add(option.Option));
    }

    /// <summary>What was given, by the names that grids use too.</summary>
    public IReadOnlyDictionary<string, string> Given(ParseResult parsed) =>
        _options.Select(option => (option.Known.Name, Value: parsed.GetValue(option.Option))).Where(option => option.Value is not null).ToDictionary(option => option.Name, option => option.Value!);

    /// <summary>The recipe asked for.</summary>
    public FinetuneRecipe Read(ParseResult parsed, IReadOnlyDictionary<string, string> given) => RecipeReader.Read(parsed.GetValue(_recipe) ?? FinetuneRecipes.Known[0], given);
}
