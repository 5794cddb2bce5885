using Harness.Cli.Evaluations;
using Harness.Cli.Grids;
using Harness.Cli.Grids.Recoveries;
using Harness.Data;
using Harness.Data.Sampling;

namespace Harness.Cli.Jobs;

/// <summary>What earlier runs have left in the cache. Each kind has a folder, and what lies in it is one item each, named by all it depends on.</summary>
internal sealed class CacheContents(string folder)
{
    private static readonly CacheKind[] Kinds =
    [
        new(CalibrationSampler.CacheKind, "drawn samples"),
        new(DocumentRecords.CacheKind, "what the cells of grids said of every document"),
        new(FileHashes.CacheKind, "hashes of files of text"),
        new(CellRecoveries.PrunedKind, "checkpoints that recoveries start from"),
        new(CellRecoveries.RecoveredKind, "adapters and checkpoints that recoveries have trained"),
        new(SweepSnapshot.CacheKind, "how far ended runs had come"),
    ];

    /// <summary>The names of the kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <summary>What a run on a model holds while it is at work.</summary>
    public static string Lock(string cacheFolder, string modelKey) => Path.Combine(Locks(cacheFolder), $"{modelKey}.lock");

    /// <summary>All kinds and their items.</summary>
    public IEnumerable<(CacheKind Kind, IReadOnlyList<CacheItem> Items)> List() => Kinds.Select(kind => (kind, Items(kind.Name)));

    /// <summary>Removes the items of some kinds that were written before <paramref name="before"/>; returns them by their kind.</summary>
    /// <exception cref="InputException">A run is at work.</exception>
    public IReadOnlyList<(string Kind, IReadOnlyList<CacheItem> Items)> Clear(IEnumerable<string> kinds, DateTime before)
    {
        var locks = new List<FileLock>();
        try
        {
            foreach (var path in Directory.Exists(Locks(folder)) ? Directory.EnumerateFiles(Locks(folder)) : [])
            {
                locks.Add(FileLock.TryAcquire(path) ?? throw new InputException($"A run is at work with the cache {folder}. Clear it when the run has ended."));
            }

            (string Kind, IReadOnlyList<CacheItem> Items)[] old = [.. kinds.Select(kind => (kind, (IReadOnlyList<CacheItem>)[.. Items(kind).Where(item => item.Written < before)]))];
            foreach (var item in old.SelectMany(kind => kind.Items))
            {
                Durable.Guard(item.Path, item.Delete);
            }

            return old;
        }
        finally
        {
            locks.ForEach(taken => taken.Dispose());
        }
    }

    private static string Locks(string cacheFolder) => Path.Combine(cacheFolder, "locks");

    private IReadOnlyList<CacheItem> Items(string kind)
    {
        var home = new DirectoryInfo(Path.Combine(folder, kind));
        return home.Exists ? [.. home.EnumerateFileSystemInfos().Select(CacheItem.Of)] : Array.Empty<CacheItem>();
    }
}

/// <summary>A kind of thing in the cache.</summary>
/// <param name="Name">Of its folder.</param>
/// <param name="What">In words.</param>
internal sealed record CacheKind(string Name, string What);

/// <summary>A file or a folder of the cache.</summary>
/// <param name="Written">When, in universal time: of a folder, when something last came into it.</param>
internal sealed record CacheItem(string Path, long Bytes, DateTime Written)
{
    public static CacheItem Of(FileSystemInfo place) => new(
        place.FullName,
        place is DirectoryInfo folder ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : ((FileInfo)place).Length,
        place.LastWriteTimeUtc);

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            Durable.DeleteFolder(Path);
        }
        else
        {
            File.Delete(Path);
        }
    }
}
