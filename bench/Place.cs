using System.Diagnostics;
using Harness.Data.Hub;
using Harness.Models;

namespace Harness.Bench;

/// <summary>What the bench measures on: the checkpoints and data it was told, else those of the reference pack beside the repository.</summary>
/// <param name="models">Checkpoint folders; null for those of the pack.</param>
/// <param name="data">A data root; null for that of the pack.</param>
internal sealed class Place(IReadOnlyList<string>? models, string? data)
{
    /// <summary>The checkpoint that is pruned where there are several: the first with such a name, in this order, else the first of all.</summary>
    private static readonly string[] Preferred = ["smollm2", "tinystories"];

    private readonly IReadOnlyList<string> _models = models ?? ModelsOfPack();

    /// <summary>The repository's root: the nearest folder above the program that holds Harness.sln.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>The root of the corpora, or null where there is none.</summary>
    public string? DataPath { get; } = data ?? Existing(Path.Combine(Pack, "data"));

    /// <summary><see cref="DataPath"/>, opened.</summary>
    public DataRoot? Data => DataPath is null ? null : new DataRoot(DataPath);

    /// <summary>The checkpoint to prune and to score, or null where there is none.</summary>
    public string? Model => Preferred.Select(name => _models.FirstOrDefault(folder => NameOf(folder).Contains(name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(folder => folder is not null) ?? _models.FirstOrDefault();

    /// <summary>The folders with a tokenizer, by name.</summary>
    public IEnumerable<(string Name, string Folder)> Tokenizers =>
        _models.Append(Path.Combine(Pack, "tokenizers", "llama2")).Where(Directory.Exists).Select(folder => (NameOf(folder), folder));

    /// <summary>Opens <see cref="Model"/> and names it below the table; null where there is none, which is noted instead.</summary>
    public CausalLM? OpenModel(Section section)
    {
        section.Notes.Add(Model is null ? "Not measured: there is no checkpoint. Pass --models with folders in Hugging Face layout." : $"Checkpoint: {NameOf(Model)}.");
        return Model is null ? null : CausalLM.Open(Model);
    }

    /// <summary>Whether there is a data root; noted where not.</summary>
    public bool HasData(Section section)
    {
        if (Data is null)
        {
            section.Notes.Add("Not measured: there is no data. Pass --data with Salesforce/wikitext and allenai/c4 below it.");
        }

        return Data is not null;
    }

    private static string Pack => Environment.GetEnvironmentVariable("HARNESS_REFERENCE") is { Length: > 0 } pack ? pack : Path.Combine(Root, "..", "shared", "reference");

    /// <summary>The pack keeps its largest model packed; its script prints the folder of the checkpoint.</summary>
    private static IReadOnlyList<string> ModelsOfPack()
    {
        var folder = Path.Combine(Pack, "models");
        var unpack = Path.Combine(folder, "unpack");
        string?[] found = [File.Exists(unpack) ? Printed(unpack) : null, Existing(Path.Combine(folder, "tinystories-656k")), Existing(Path.Combine(folder, "stories260k"))];
        return [.. found.OfType<string>()];
    }

    private static string? Printed(string script)
    {
        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? line : null;
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;

    private static string Above(string folder)
    {
        var candidate = new DirectoryInfo(folder);
        while (!File.Exists(Path.Combine(candidate.FullName, "Harness.sln")))
        {
            candidate = candidate.Parent ?? throw new InputException($"No folder above {folder} holds Harness.sln: run the bench from its repository, by ./build.sh --target=Bench.");
        }

        return candidate.FullName;
    }
}
