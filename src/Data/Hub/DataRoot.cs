using System.Globalization;
using System.Text.RegularExpressions;

namespace Harness.Data.Hub;

/// <summary>A folder of datasets in the layout of the Hugging Face hub: <c>ORG/NAME/path of the file in its repository</c>.</summary>
public sealed partial class DataRoot
{
    private readonly string _root;

    /// <param name="path">The folder; must exist.</param>
    public DataRoot(string path)
    {
        _root = path;
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
        var path = Path.Combine(_root, repository, file);
        return File.Exists(path) ? path : throw Missing(corpus, repository, path, file);
    }

    /// <summary>The Parquet files of one split, <c>FOLDER/SPLIT-00000-of-00001.parquet</c>, in order and complete.</summary>
    public IReadOnlyList<string> FindSplit(string corpus, string repository, string folder, string split)
    {
        var place = Path.Combine(_root, repository, folder);
        var shards = (Directory.Exists(place) ? Directory.GetFiles(place, $"{split}-*.parquet") : [])
            .Select(path => (Path: path, Match: ShardName().Match(Path.GetFileName(path))))
            .Where(shard => shard.Match.Success && shard.Match.Groups["split"].Value == split)
            .Select(shard => (shard.Path, Place: (Index: Number(shard.Match, "index"), Count: Number(shard.Match, "count"))))
            .OrderBy(shard => shard.Path, StringComparer.Ordinal)
            .DistinctBy(shard => shard.Place)
            .ToDictionary(shard => shard.Place, shard => shard.Path);
        var count = shards.Keys.Select(key => key.Count).DefaultIfEmpty(1).Min();
        return Enumerable.Range(0, count).Select(index => shards.TryGetValue((index, count), out var path)
            ? path
            : throw Missing(corpus, repository, Path.Combine(place, Shard(split, index, count)), $"{folder}/{Shard(split, index, count)}")).ToArray();
    }

    /// <summary>The hub's names; its converter once put a hash behind the numbers.</summary>
    [GeneratedRegex("^(?<split>.+)-(?<index>[0-9]{5})-of-(?<count>[0-9]{5})(-[0-9a-f]+)?[.]parquet$", RegexOptions.ExplicitCapture)]
    private static partial Regex ShardName();

    private static int Number(Match name, string group) => int.Parse(name.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string Shard(string split, int index, int count) => $"{split}-{index:d5}-of-{count:d5}.parquet";

    private static InputException Missing(string corpus, string repository, string path, string file) => new(
        $"{corpus} not found: looked for {path}. Download {file} of https://huggingface.co/datasets/{repository} to there.");
}
