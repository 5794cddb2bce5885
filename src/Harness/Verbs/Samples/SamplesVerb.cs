using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs.Samples;

/// <summary>The embedded default.</summary>
internal sealed class SamplesVerb : Verb
{
    public SamplesVerb(Session session)
        : base("samples", "Makes the embedded default: a small world, its texts and tasks, and two models trained on it.", "harness samples make --out samples")
    {
        Add(new SamplesMakeVerb(session));
        Action = new HelpWithExamples(isAsked: false);
    }
}
