using Harness.Data.Hub;

namespace Harness.Data.Corpora;

/// <summary>Instructions with their answers (Taori et al. 2023, cleaned by Ruebsamen 2023), which LLM-Pruner (Ma et al. 2023, arXiv 2305.11627) recovers on: one file, a list of objects.</summary>
public static class AlpacaCleaned
{
    /// <summary>That of the hub's repository.</summary>
    public const string Name = "yahma/alpaca-cleaned";

    private const string File = "alpaca_data_cleaned.json";

    /// <summary>What is read of the hub's repository.</summary>
    public static DatasetSource Source { get; } = new(Name, Name, [File], []);

    /// <summary>To train on: all rows; those to measure the loss on are held out of them.</summary>
    public static DocumentCorpus Train(DataRoot root) => new()
    {
        Name = $"{Name} train",
        Files = [root.Find($"{Name} train", Name, File)],
        Reading = "documents",
    };
}
