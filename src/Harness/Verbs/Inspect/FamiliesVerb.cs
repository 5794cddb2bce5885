using Harness.Cli.CommandLine;
using Harness.Models.Decoders.Families;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The model types that can be run, and what each covers.</summary>
internal sealed class FamiliesVerb : Verb
{
    public FamiliesVerb(Session session)
        : base("families", "Lists the model_types of config.json that can be pruned and scored.", "harness inspect families") =>
        SetAction(_ =>
        {
            foreach (var family in Family.All)
            {
                session.Results.WriteLine($"{family.ModelType,-12} {family.Covers}");
            }
        });
}
