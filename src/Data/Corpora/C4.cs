using Harness.Data.Hub;

namespace Harness.Data.Corpora;

/// <summary>
/// C4, English (Raffel et al. 2020, arXiv 1910.10683), by the two shards that the pruning papers use (locuslab/wanda lib/data.py):
/// documents of the first train shard to calibrate on, the head of the first validation shard to score.
/// </summary>
public static class C4
{
    private const string Repository = "allenai/c4";
    private const string TrainFile = "en/c4-train.00000-of-01024.json.gz";
    private const string ValidationFile = "en/c4-validation.00000-of-00008.json.gz";
    private const int ValidationRows = 1100;
    private const int ValidationWindows = 256;

    /// <summary>What is read of the hub's repository: two of more than a thousand shards.</summary>
    public static DatasetSource Source { get; } = new("c4", Repository, [TrainFile, ValidationFile], []);

    /// <summary>To calibrate on: the documents of the first train shard.</summary>
    public static DocumentCorpus Train(DataRoot root) => new()
    {
        Name = "c4 train",
        Files = [root.Find("c4 train", Repository, TrainFile)],
        Reading = "documents",
    };

    /// <summary>To measure the loss on in training: the documents of the first validation shard (locuslab/wanda lora_ft/finetune_lm.py).</summary>
    public static DocumentCorpus ValidationDocuments(DataRoot root) => new()
    {
        Name = "c4 validation",
        Files = [root.Find("c4 validation", Repository, ValidationFile)],
        Reading = "documents",
    };

    /// <summary>To score: the first 1100 validation rows joined by a space, of which at most 256 windows count.</summary>
    public static TextCorpus Validation(DataRoot root)
    {
        var file = root.Find("c4 validation", Repository, ValidationFile);
        return new TextCorpus
        {
            Name = "c4 validation",
            Files = [file],
            Reading = $"first {ValidationRows} rows joined by a space",
            Windows = ValidationWindows,
            Text = () => Rows.Join(DataFile.Texts(file).Take(ValidationRows), " "),
        };
    }
}
