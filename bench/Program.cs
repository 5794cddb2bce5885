using System.CommandLine;
using Harness;
using Harness.Bench;
using Harness.Results;

string[] sections = ["operators", "tokenizers", "gemm", "forward", "threads", "nodes", "pruning", "scoring", "zeroshot", "training", "sweep", "streaming", "gpu"];
var models = new Option<string?>("--models") { Description = "Checkpoint folders, separated by commas (default: those of the reference pack).", HelpName = "DIR,DIR" };
var data = new Option<string?>("--data") { Description = "Folder of datasets in hub layout (default: that of the reference pack).", HelpName = "ROOT" };
var page = new Option<string?>("--page") { Description = "A Markdown file whose block 'bench' is to hold the report as well.", HelpName = "FILE" };
var only = new Option<string[]>("--only") { Description = $"Measure these alone: {string.Join(", ", sections)}.", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong(sections);
var root = new RootCommand("Measures Harness on this machine and prints the report; nothing is asserted.") { models, data, page, only };
root.SetAction(parsed =>
{
    var place = new Place(parsed.GetValue(models)?.Split(','), parsed.GetValue(data));
    var chosen = parsed.GetValue(only) is { Length: > 0 } some ? some : sections;
    var report = new BenchReport(Console.Out);
    report.Begin();
    foreach (var section in sections.Intersect(chosen).SelectMany(Measure))
    {
        report.Add(section);
    }

    IEnumerable<Section> Measure(string section) => section == "sweep"
        ? Sweeping.Measure(place)
        : [section switch
        {
            "operators" => OperatorCalls.Measure(),
            "tokenizers" => Tokenizing.Measure(place),
            "gemm" => Gemm.Measure(place),
            "forward" => Forward.Measure(place),
            "threads" => ThreadCounts.Measure(place),
            "nodes" => MemoryNodes.Measure(place),
            "pruning" => Pruning.Measure(place),
            "scoring" => Scoring.Measure(place),
            "training" => Training.Measure(place),
            "streaming" => Streaming.Measure(place),
            "gpu" => DevicePruning.Measure(),
            _ => ZeroShotScoring.Measure(place),
        }];

    report.Save(Path.Combine(Place.Root, "artifacts", "bench"));
    if (parsed.GetValue(page) is { } file)
    {
        MarkdownBlock.Update(file, "bench", report.Markdown);
    }
});

try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InputException e)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 2;
}
