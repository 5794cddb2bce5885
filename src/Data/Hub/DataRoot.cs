namespace Harness.Data.Hub;

/// <summary>
/// Where datasets are looked for: folders in the layout of the Hugging Face hub (<c>ORG/NAME/path of the file in its repository</c>) and caches of the hub's tools
/// (<c>datasets--ORG--NAME/snapshots/…</c>); a folder may be both.
/// </summary>
public sealed class DataRoot
{
    private readonly IReadOnlyList<string> _roots;
    private readonly string _option;

    /// <param name="path">The one folder; must exist.</param>
    public DataRoot(string path)
        : this([path], $" --data {path}")
    {
        if (!Directory.Exists(path))
        {
            throw new InputException(
                $"The data root {path} is no folder. Pass one in hub layout, which holds for example allenai/c4/en, or fetch data to there: harness download c4 --data {path}.");
        }
    }

    private DataRoot(IReadOnlyList<string> roots, string option) => (_roots, _option) = (roots, option);

    /// <summary>Without a folder of one's own: <c>HARNESS_DATA</c> where it is set, then the hub's cache.</summary>
    public static DataRoot OfEnvironment()
    {
        var cache = HubEnvironment.OfProcess().Cache;
        return Environment.GetEnvironmentVariable("HARNESS_DATA") is { Length: > 0 } path
            ? new DataRoot([.. new DataRoot(path)._roots, cache], "")
            : new DataRoot([cache], "");
    }

    /// <summary>The path of one file of a dataset.</summary>
    /// <param name="corpus">For whom it is looked up, <c>c4 train</c>: its first word is the dataset's name in the sentence when it is missing.</param>
    /// <param name="repository"><c>ORG/NAME</c>.</param>
    /// <param name="file">Path within the repository.</param>
    public string Find(string corpus, string repository, string file) =>
        Folders(repository).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) ?? throw Missing(corpus, repository, file);

    /// <summary>
    /// The Parquet files of one split, in order and complete: <c>FOLDER/SPLIT-00000-of-00001.parquet</c>, or as the hub's converter names them
    /// <c>FOLDER/SPLIT/0000.parquet</c>.
    /// </summary>
    public IReadOnlyList<string> FindSplit(string corpus, string repository, string folder, string split)
    {
        string? missing = null;
        foreach (var place in Folders(repository))
        {
            var shards = SplitFiles.In(place, folder, split);
            if (shards.Missing is null)
            {
                return shards.Files;
            }

            missing ??= shards.Files.Count > 0 ? shards.Missing : null;
        }

        throw Missing(corpus, repository, missing ?? SplitFiles.First(folder, split));
    }

    private IEnumerable<string> Folders(string repository)
    {
        var dataset = new HubRepository(RepositoryKind.Dataset, repository);
        foreach (var root in _roots)
        {
            yield return Path.Combine(root, repository);
            foreach (var revision in new[] { HubCache.MainRevision, HubCache.ConvertedRevision })
            {
                if (new HubCache(root).Snapshot(dataset, revision) is { } snapshot)
                {
                    yield return snapshot;
                }
            }
        }
    }

    private InputException Missing(string corpus, string repository, string file) => new(
        $"{corpus} not found: {repository}/{file} is not in {string.Join(" nor in ", _roots)}. Fetch it: harness download {corpus.Split(' ')[0]}{_option}.");
}
