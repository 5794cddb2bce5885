using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs.Inspect;

/// <summary>The verbs that show what lies behind a number; by itself it shows their help.</summary>
internal sealed class InspectVerb : Verb
{
    public InspectVerb(Session session)
        : base("inspect", "Shows what lies behind a number: zeros, ids, samples, rows, logits, trees.", "harness inspect sparsity --model llama-7b-wanda")
    {
        Add(new SparsityVerb(session));
        Add(new TokensVerb(session));
        Add(new TextVerb(session));
        Add(new CalibrationVerb(session));
        Add(new RowsVerb(session));
        Add(new LogitsVerb(session));
        Add(new TreeVerb(session));
        Add(new FamiliesVerb(session));
        Action = new HelpWithExamples(isAsked: false);
    }
}
