using System.CommandLine;
using System.Numerics;
using Harness.Cli.CommandLine;
using Harness.Cli.Options;
using Harness.Cli.Progress;
using Harness.Samples;

namespace Harness.Cli.Verbs.Samples;

/// <summary>Makes a folder as <c>samples/</c> is: a data root and trained models, all from a seed. A killed run goes on with the training where it was.</summary>
internal sealed class SamplesMakeVerb : Verb
{
    private const string Folder = "samples";

    private readonly Session _session;
    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", $"The new folder (default: {Folder}).");
    private readonly Option<BigInteger?> _seed = OptionFactory.Integer("--seed", "N", "Of texts, questions and first weights (default: 0, as in the repository).");
    private readonly Option<int?> _steps = OptionFactory.Count("--steps", "N", $"Steps that each model is trained (default: {SampleTraining.Steps}).");

    public SamplesMakeVerb(Session session)
        : base("make", "Makes the small world's texts and tasks from a seed and trains its models on them.", "harness samples make --out samples --seed 0")
    {
        _session = session;
        Add(_out);
        Add(_seed);
        Add(_steps);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var (output, seed) = (parsed.GetValue(_out) ?? Folder, parsed.GetValue(_seed) ?? 0);
        new SampleMaker(output, seed, parsed.GetValue(_steps) ?? SampleTraining.Steps) { Progress = (model, steps) => new Shown(_session.Begin($"train {model}", steps, "steps")) }.Run();
        _session.Results.WriteLine(output);
        return 0;
    }

    private sealed class Shown(Stage stage) : SampleProgress
    {
        public override void Report(double value) => stage.Report(value);

        public override void Dispose() => stage.Dispose();
    }
}
