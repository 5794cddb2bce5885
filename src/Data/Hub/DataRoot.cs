namespace Harness.Data.Hub;

/// <summary>A folder of datasets in the layout of the Hugging Face hub: <c>ORG/NAME/path of the file in its repository</c>.</summary>
public sealed class DataRoot
{
    private readonly string root;

    /// <param name="path">The folder; must exist.</param>
    public DataRoot(string path)
    {
        root = path;
        if (!Directory.Exists(path))
        {
            throw new InputException($"The data root {path} is no folder. Pass one in hub layout, which holds for example allenai/c4/en.");
        }
    }

    /// <summary>The path of one file of a dataset.</summary>
    /// <param name="corpus">For whom it is looked up: stands in the sentence when it is missing.</param>
    /// <param name="repository"><c>ORG/NAME</c>.</param>
    /// <param name="file">Path within the repository.</param>
    public string Find(string corpus, string repository, string file)
    {
        var path = Path.Combine(root, repository, file);
        return File.Exists(path) ? path : throw Missing(corpus, repository, path, file);
    }

    /// <summary>The Parquet files of one split, <c>FOLDER/SPLIT-00000-of-00001.parquet</c>, in order and complete.</summary>
    public IReadOnlyList<string> FindSplit(string corpus, string repository, string folder, string split)
    {
        var place = Path.Combine(root, repository, folder);
        var found = Directory.Exists(place) ? Directory.GetFiles(place, $"{split}-*-of-*.parquet") : [];
        Array.Sort(found, StringComparer.Ordinal);
        if (found.Length == 0)
        {
            throw Missing(corpus, repository, Path.Combine(place, $"{split}-*.parquet"), $"{folder}/{split}-00000-of-00001.parquet");
        }

        var stem = Path.GetFileNameWithoutExtension(found[0]);
        var count = int.TryParse(stem[(stem.LastIndexOf('-') + 1)..], out var total) ? total : found.Length;
        for (var i = 0; i < count; i++)
        {
            var name = $"{split}-{i:d5}-of-{count:d5}.parquet";
            if (i >= found.Length || Path.GetFileName(found[i]) != name)
            {
                throw Missing(corpus, repository, Path.Combine(place, name), $"{folder}/{name}");
            }
        }

        return found;
    }

    private static InputException Missing(string corpus, string repository, string path, string file) => new(
        $"{corpus} not found: looked for {path}. Download {file} of https://huggingface.co/datasets/{repository} to there.");
}
