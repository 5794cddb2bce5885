using Harness.Prune.Methods;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>What a grid may name: the words of the rooms that do the work.</summary>
public static class GridWords
{
    public static GridVocabulary All { get; } = new()
    {
        Methods = PruningMethods.Known.ToDictionary(name => name, name => new MethodWords([], (_, sparsity) => Refusal(name, sparsity))),
        Tasks = ["c4", "wikitext2"],
        Corpora = ["c4", "wikitext2"],
        Propagations = Jobs.Propagations.Known,
        Dtypes = ["bfloat16", "float16", "float32"],
    };

    private static string? Refusal(string method, Sparsity sparsity)
    {
        try
        {
            PruningMethods.Named(method).Check(sparsity);
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }
}
