namespace Harness.Bench;

/// <summary>A model that is far larger than the memory it may fill: whether the kernel's own count of resident memory stays within it.</summary>
internal static class Streaming
{
    private const string Tokenizer = "llama2";

    public static Section Measure(Place place)
    {
        var section = new Section(
            "streaming",
            "Five cells of a 7B-shaped checkpoint (random weights in bfloat16, computed in float32; 2 samples of 256 tokens, 2 windows of 256): resident memory",
            "may fill", "seconds", "weights MB", "peak MB");
        if (!place.HasData(section))
        {
            return section;
        }

        if (place.Tokenizers.FirstOrDefault(tokenizer => tokenizer.Name == Tokenizer).Folder is not { } tokenizer)
        {
            section.Notes.Add($"Not measured: the reference pack's tokenizer '{Tokenizer}' is not there.");
            return section;
        }

        using var model = new SevenBillion(tokenizer);
        var bytes = Directory.EnumerateFiles(model.Folder, "*.safetensors").Sum(file => new FileInfo(file).Length);
        foreach (var (memory, megabytes) in (ReadOnlySpan<(string, double)>)[("4GB", 4000), ("5GB", 5000)])
        {
            var run = GridRun.Of(Grid, model.Folder, place.DataPath!, memory);
            section.Add(memory, Figure.Of(run.Total, "0.0"), Figure.Of(bytes / 1e6, "0"), Figure.Of(run.PeakBytes / 1e6, "0", megabytes));
        }

        return section;
    }

    private static readonly object Grid = new
    {
        title = "Streaming",
        methods = new[] { "dense", "magnitude", "wanda" },
        sparsities = new[] { "0.5", "2:4" },
        calibration = new { corpus = "c4", samples = 2, length = 256, seed = 0 },
        propagate = "sequential",
        dtype = "float32",
        evaluations = new[] { new { task = "wikitext2", length = 256, limit = 2 } },
    };
}
