using Harness.Data.Hub;

namespace Harness.Cli.Jobs;

/// <summary>Which files of which revision.</summary>
internal sealed record DownloadChoice(RepositoryKind? Kind, string? Revision, IReadOnlyList<string> Include, IReadOnlyList<string> Exclude)
{
    /// <summary>Something is said that a name decides by itself.</summary>
    public bool IsSpecific => Kind is not null || Revision is not null || Include.Count > 0 || Exclude.Count > 0;

    /// <summary>The files of a repository that are wanted.</summary>
    public IReadOnlyList<string> Of(RemoteRepository remote)
    {
        var (repository, files) = (remote.Repository, remote.Files);
        var included = Include.Count > 0 ? [.. files.Where(file => Include.Any(glob => Glob.Fits(glob, file)))]
            : repository.Kind == RepositoryKind.Model ? ModelFiles.Choose(repository, files) : files;
        string[] chosen = [.. included.Where(file => !Exclude.Any(glob => Glob.Fits(glob, file)))];
        return chosen.Length > 0 ? chosen : throw new InputException(
            $"{repository} has {files.Count} files, and none of them is wanted by --include {string.Join(' ', Include.DefaultIfEmpty("(everything)"))}"
            + (Exclude.Count > 0 ? $" --exclude {string.Join(' ', Exclude)}" : "") + $". It has {string.Join(", ", files.Take(5))}{(files.Count > 5 ? ", …" : ".")}");
    }
}

/// <summary>Fetches what one name stands for.</summary>
internal sealed class DownloadJob(HubEnvironment environment, int workers, Session session)
{
    private const double Megabyte = 1e6;

    /// <summary>The folders that hold the files.</summary>
    /// <param name="folder">Where the files of a repository go; null for the cache.</param>
    public IReadOnlyList<string> Run(string name, DownloadChoice choice, Func<string, string?> folder)
    {
        // a dataset that is named by its repository is that repository where something is said about it
        var sources = choice.IsSpecific && name.Contains('/') ? [] : NamedDatasets.Find(name);
        if (sources.Count > 0 && choice.IsSpecific)
        {
            throw new InputException($"{name} names files of {sources[0].Repository} by itself; --type, --revision, --include and --exclude belong to ORG/NAME.");
        }

        if (sources.Count == 0 && !HubRepository.CanBe(name))
        {
            throw new InputException($"'{name}' is neither a dataset's name ({string.Join(", ", NamedDatasets.Known)}) nor a repository of the hub, ORG/NAME.");
        }

        if (environment.IsOffline)
        {
            return [.. sources.Count > 0 ? sources.SelectMany(Cached) : [Cached(name, choice)]];
        }

        using var download = new HubDownload(environment, workers, note => session.Note(note));
        return [.. sources.Count > 0 ? sources.SelectMany(source => Fetch(download, source, folder(source.Repository))) : [Fetch(download, name, choice, folder(name))]];
    }

    private string Fetch(HubDownload download, string id, DownloadChoice choice, string? folder)
    {
        if (!id.Contains('/') && choice.Kind is null)
        {
            // a slip of the keys in a dataset's name is likelier than one of the few repositories without an organisation
            throw Names.Unknown("dataset", id, NamedDatasets.Known);
        }

        var remote = download.Find(id, choice.Kind, choice.Revision ?? HubCache.MainRevision, session.Stop).GetAwaiter().GetResult();
        return Fetch(download, remote, choice.Of(remote), folder);
    }

    private IEnumerable<string> Fetch(HubDownload download, DatasetSource source, string? folder)
    {
        var remote = download.Find(source.Repository, RepositoryKind.Dataset, HubCache.MainRevision, session.Stop).GetAwaiter().GetResult();
        var files = source.Choose(remote.Files, out var lacking);
        if (files.Count > 0)
        {
            yield return Fetch(download, remote, files, folder);
        }

        if (lacking.Count == 0)
        {
            yield break;
        }

        // repositories that hold their rows in another form have them as Parquet on a branch that the hub itself writes
        var converted = download.Find(source.Repository, RepositoryKind.Dataset, HubCache.ConvertedRevision, session.Stop).GetAwaiter().GetResult();
        var rest = (source with { Files = [], Splits = lacking }).Choose(converted.Files, out var absent);
        if (rest.Count == 0 || (absent.Count > 0 && absent.Any(split => split.Split != "train")))
        {
            throw new InputException($"{source.Repository} has no Parquet files of {string.Join(" and ", absent.Select(split => $"{split.Folder}/{split.Split}"))}, which {source.Name} is read from.");
        }

        yield return Fetch(download, converted, rest, folder);
    }

    private string Fetch(HubDownload download, RemoteRepository remote, IReadOnlyList<string> files, string? folder)
    {
        var plan = download.Plan(remote, files, folder, session.Stop).GetAwaiter().GetResult();
        session.Note($"{remote.Repository}@{remote.Commit[..Math.Min(8, remote.Commit.Length)]}: {plan.Count} {(plan.Count == 1 ? "file" : "files")}, {Size.Of(plan.Bytes)} to {plan.Folder}");
        try
        {
            using var stage = session.Begin("download", Math.Max(1, plan.Bytes / Megabyte), "MB");
            download.Run(plan, bytes => stage.Report(bytes / Megabyte), session.Stop).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            session.Note("What was fetched is kept; the same command goes on where it was.");
            throw;
        }

        return plan.Folder;
    }

    private string Cached(string id, DownloadChoice choice)
    {
        var cache = new HubCache(environment.Cache);
        return new[] { RepositoryKind.Model, RepositoryKind.Dataset }.Where(kind => choice.Kind is null || choice.Kind == kind)
            .Select(kind => cache.Snapshot(new HubRepository(kind, id), choice.Revision ?? HubCache.MainRevision)).FirstOrDefault(snapshot => snapshot is not null) ?? throw Offline(id);
    }

    private IEnumerable<string> Cached(DatasetSource source)
    {
        var cache = new HubCache(environment.Cache);
        string[] snapshots = [.. new[] { HubCache.MainRevision, HubCache.ConvertedRevision }
            .Select(revision => cache.Snapshot(new HubRepository(RepositoryKind.Dataset, source.Repository), revision)).OfType<string>()];
        var isComplete = source.Files.All(file => snapshots.Any(snapshot => File.Exists(Path.Combine(snapshot, file))))
            && source.Splits.All(split => snapshots.Any(snapshot => SplitFiles.In(snapshot, split.Folder, split.Split).Missing is null));
        return isComplete ? snapshots : throw Offline(source.Name);
    }

    private InputException Offline(string name) =>
        new($"{name} is not in the hub's cache {environment.Cache}, and HF_HUB_OFFLINE forbids to fetch it. Unset HF_HUB_OFFLINE.");
}
