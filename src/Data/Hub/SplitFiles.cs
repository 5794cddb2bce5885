using System.Globalization;
using System.Text.RegularExpressions;

namespace Harness.Data.Hub;

/// <summary>The Parquet files of a split by their names.</summary>
public static partial class SplitFiles
{
    // converted files do not say how many there are; more than any that do
    private const int Unsaid = int.MaxValue;

    /// <summary>The name of a split's first file, as a repository has it.</summary>
    public static string First(string folder, string split) => Shard(folder, split, 0, 1);

    /// <summary>Those of a split among the files of a repository.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> files, string folder, string split) =>
        [.. files.Where(file => Parse(file, folder, split) is not null).Order(StringComparer.Ordinal)];

    /// <summary>Those of a split below a folder, in order, and the name of the first that lacks; null where the split is complete.</summary>
    public static (IReadOnlyList<string> Files, string? Missing) In(string place, string folder, string split)
    {
        var found = new[] { folder, $"{folder}/{split}" }.Select(part => Path.Combine(place, part)).Where(Directory.Exists)
            .SelectMany(part => Directory.GetFiles(part, "*.parquet")).Select(path => Path.GetRelativePath(place, path));
        var shards = Of(found, folder, split).Select(file => (File: file, Place: Parse(file, folder, split)!.Value)).DistinctBy(shard => shard.Place).ToDictionary(shard => shard.Place, shard => shard.File);
        if (shards.Count == 0)
        {
            return ([], First(folder, split));
        }

        // a split that was fetched twice, in pieces of other sizes: the fewest
        var count = shards.Keys.Min(shard => shard.Count);
        var expected = count is Unsaid ? shards.Keys.Max(shard => shard.Index) + 1 : count;
        var (files, missing) = (new List<string>(), (string?)null);
        for (var index = 0; index < expected; index++)
        {
            if (shards.TryGetValue((index, count), out var file))
            {
                files.Add(Path.Combine(place, file));
            }
            else
            {
                missing ??= count is Unsaid ? $"{folder}/{split}/{index:d4}.parquet" : Shard(folder, split, index, count);
            }
        }

        return (files, missing);
    }

    private static string Shard(string folder, string split, int index, int count) => $"{folder}/{split}-{index:d5}-of-{count:d5}.parquet";

    private static (int Index, int Count)? Parse(string file, string folder, string split)
    {
        var name = Name().Match(file);
        return name.Success && name.Groups["folder"].Value == folder && name.Groups["split"].Value == split
            ? (Number(name, "index"), name.Groups["count"].Success ? Number(name, "count") : Unsaid)
            : null;
    }

    private static int Number(Match name, string group) => int.Parse(name.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // the hub's converter once put a hash behind the numbers
    [GeneratedRegex("^(?<folder>.+)/(?<split>[^/]+?)(-(?<index>[0-9]{5})-of-(?<count>[0-9]{5})(-[0-9a-f]+)?|/(?<index>[0-9]{4,5}))[.]parquet$", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
