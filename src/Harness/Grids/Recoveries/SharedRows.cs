using Harness.Cli.Jobs;
using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;

namespace Harness.Cli.Grids.Recoveries;

/// <summary>Rows that the cells of a grid train on, one after the other: tokenised once for all that ask for the same.</summary>
internal sealed record SharedRows(TrainingSource From) : TrainingSource
{
    private readonly Lazy<string> _hash = new(From.DataHash);
    private (int Length, int? Wanted, int Held, RowForm Form) _asked;
    private (TrainingSet Rows, TrainingSet? Evaluation)? _read;

    public override bool IsShuffled => From.IsShuffled;

    public override string DataHash() => _hash.Value;

    public override (TrainingSet Rows, TrainingSet? Evaluation) Read(FinetuneRecipe recipe, Session session)
    {
        var asked = (recipe.Length, recipe.RowsWanted, recipe.EvaluationSamples, recipe.Rows);
        if (_read is null || _asked != asked)
        {
            (_asked, _read) = (asked, From.Read(recipe, session));
        }

        return _read.Value;
    }
}
