using Harness.Data.Hub;

namespace Harness.Data.Corpora;

/// <summary>
/// WikiText-2, raw (Merity et al. 2016, arXiv 1609.07843): the rows of one split of Salesforce/wikitext joined to one text, as
/// locuslab/wanda lib/data.py does. Rows keep their own line feeds, empty rows count.
/// </summary>
public static class Wikitext
{
    private const string Repository = "Salesforce/wikitext";
    private const string Folder = "wikitext-2-raw-v1";

    /// <summary>What is read of the hub's repository.</summary>
    public static DatasetSource Source { get; } = new("wikitext2", Repository, [], [(Folder, "train"), (Folder, "validation"), (Folder, "test")]);

    /// <summary>To calibrate on: the train rows joined by a space.</summary>
    public static TextCorpus Train(DataRoot root) => Joined(root, "train", " ");

    /// <summary>To score: the test rows joined by two line feeds.</summary>
    public static TextCorpus Test(DataRoot root) => Joined(root, "test", "\n\n");

    /// <summary>Any split, its rows joined by <paramref name="separator"/>.</summary>
    public static TextCorpus Joined(DataRoot root, string split, string separator)
    {
        var name = $"wikitext2 {split}";
        var files = root.FindSplit(name, Repository, Folder, split);
        return new TextCorpus
        {
            Name = name,
            Files = files,
            Reading = $"rows joined by {(separator == " " ? "a space" : "two line feeds")}",
            Text = () => Rows.Join(files.SelectMany(file => DataFile.Texts(file)), separator),
        };
    }
}
