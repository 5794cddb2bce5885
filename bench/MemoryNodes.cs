using Harness.Prune.Methods;

namespace Harness.Bench;

/// <summary>What it matters where memory lies on a machine that has it in several places (NUMA): as the system places it, spread over all, or on one node with the threads.</summary>
internal static class MemoryNodes
{
    private const string Tool = "numactl";

    public static Section Measure(Place place)
    {
        var section = new Section("nodes", $"Pruning to 0.5 by wanda on {Pruning.Samples} samples of {Pruning.Length} tokens of c4, by where memory lies", "memory", "under", "seconds", "gain");
        using var model = place.OpenModel(section);
        if (model is null || !place.HasData(section))
        {
            return section;
        }

        if (Machine.MemoryNodes == 1)
        {
            section.Notes.Add("Not measured: this machine has one memory node.");
            return section;
        }

        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, Tool))))
        {
            section.Notes.Add($"Not measured: {Machine.MemoryNodes} memory nodes, and no {Tool} (apt-get install {Tool}).");
            return section;
        }

        var plain = 0.0;
        foreach (var (label, options) in ((string, string[])[])[("as it comes", []), ("spread over all nodes", ["--interleave=all"]), ("one node, and its threads", ["--cpunodebind=0", "--membind=0"])])
        {
            string[] launcher = options.Length == 0 ? [] : [Tool, .. options];
            var run = ProgramRun.Under(launcher, "prune", Pruning.Arguments(place, PruningMethods.Named("wanda")));
            plain = options.Length == 0 ? run.Total : plain;
            section.Add(label, options.Length == 0 ? Figure.None : string.Join(' ', launcher), Figure.Of(run.Total, "0.00"), Figure.Of(plain / run.Total, "0.00"));
        }

        return section;
    }
}
