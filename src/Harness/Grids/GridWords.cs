using Harness.Data.Sampling;
using Harness.LoraFinetune.Recipes;
using Harness.Prune;
using Harness.Prune.Methods;
using Harness.Results;
using Harness.ZeroShot;
using Harness.ZeroShot.Tasks;

namespace Harness.Cli.Grids;

/// <summary>What a grid may name: the words of the rooms that do the work.</summary>
public static class GridWords
{
    public static GridVocabulary All { get; } = new()
    {
        Methods = PruningMethods.All.ToDictionary(method => method.Name, Words),
        Recoveries = FinetuneRecipes.Recoveries.Keys.ToDictionary(name => name, _ => new RecoveryWords([.. RecipeReader.Options.Select(option => option.Name)], Refusal)),
        Tasks = ["c4", "wikitext2"],
        ChoiceTasks = ChoiceTasks.Known,
        TaskGroups = new Dictionary<string, IReadOnlyList<string>> { [ChoiceTasks.GroupName] = ChoiceTasks.Seven },
        Protocols = ZeroShotProtocol.Known,
        Corpora = ["c4", "wikitext2"],
        Preprocs = SamplingRule.Known,
        Propagations = Jobs.Propagations.Known,
        Dtypes = ["bfloat16", "float16", "float32"],
    };

    private static MethodWords Words(MethodEntry method) =>
        new([.. method.Options.Concat(PruningRecipe.Options).Select(option => option.Name)], Refusal, method.HasOwnSparsity);

    private static string? Refusal(Method method, Sparsity sparsity) =>
        Refusal(() => PruningRecipe.Read(method.Name, method.Options, sparsity, Propagation.Sequential));

    private static string? Refusal(Recovery recovery) => Refusal(() => RecipeReader.Read(recovery.Name, recovery.Options));

    private static string? Refusal(Func<object> read)
    {
        try
        {
            read();
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }
}
