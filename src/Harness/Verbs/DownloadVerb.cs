using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data.Hub;

namespace Harness.Cli.Verbs;

/// <summary>Fetches datasets and checkpoints from the Hugging Face hub.</summary>
internal sealed class DownloadVerb : Verb
{
    private const int UsualWorkers = 8;

    private readonly Session _session;
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = $"Datasets by the names of their tasks ({string.Join(", ", NamedDatasets.Known)}), or repositories of the hub: ORG/NAME.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _type = OptionFactory.Choice("--type", "What ORG/NAME is (default: a model where there is one of that name, else a dataset).", "model", "dataset");
    private readonly Option<string?> _revision = OptionFactory.Text("--revision", "REVISION", "Branch, tag or commit of ORG/NAME (default: main).");
    private readonly Option<string[]> _include = OptionFactory.Several("--include", "GLOB", "Only files of ORG/NAME that fit; may be repeated (default: of a model what harness reads, of a dataset all).");
    private readonly Option<string[]> _exclude = OptionFactory.Several("--exclude", "GLOB", "No files of ORG/NAME that fit; may be repeated.");
    private readonly Option<string?> _data = OptionFactory.Text("--data", "ROOT", "Lay files down as ROOT/ORG/NAME/…, where --data finds them (default: the hub's cache, HF_HUB_CACHE).");
    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", "Lay the files of one NAME down in this folder.");
    private readonly Option<int?> _workers = OptionFactory.Count("--workers", "N", $"Connections at once (default: {UsualWorkers}).");

    public DownloadVerb(Session session)
        : base(
            "download",
            "Fetches datasets and checkpoints from the Hugging Face hub and prints their folders; goes on where an earlier run was ended.",
            "harness download wikitext2 c4",
            "harness download HuggingFaceTB/SmolLM2-135M --out smollm2")
    {
        _session = session;
        Add(_names);
        Add(_type);
        Add(_revision);
        Add(_include);
        Add(_exclude);
        Add(_data);
        Add(_out);
        Add(_workers);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var names = parsed.GetRequiredValue(_names);
        var (data, folder) = (parsed.GetValue(_data), parsed.GetValue(_out));
        if (data is not null && folder is not null)
        {
            throw new InputException("--data and --out both say where files go; give one of them.");
        }

        if (folder is not null && names.Length > 1)
        {
            throw new InputException($"--out takes the files of one NAME; {names.Length} are given. Use --data ROOT or one call for each.");
        }

        var choice = new DownloadChoice(
            parsed.GetValue(_type) switch { null => null, "model" => RepositoryKind.Model, "dataset" => RepositoryKind.Dataset, var other => throw Names.Unknown("type", other, ["model", "dataset"]) },
            parsed.GetValue(_revision),
            parsed.GetValue(_include) ?? [],
            parsed.GetValue(_exclude) ?? []);
        var job = new DownloadJob(HubEnvironment.OfProcess(), parsed.GetValue(_workers) ?? UsualWorkers, _session);
        foreach (var name in names.Distinct())
        {
            foreach (var place in job.Run(name, choice, repository => folder ?? (data is null ? null : Path.Combine(data, repository))))
            {
                _session.Results.WriteLine(place);
            }
        }

        return 0;
    }
}
