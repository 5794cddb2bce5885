namespace Harness.Data.Hub;

/// <summary>Brings files of the hub into its cache or into a folder, several at once; a revision is fetched at the commit that it names at the beginning.</summary>
public sealed class HubDownload : IDisposable
{
    private const int MostChanges = 3;
    private const long UsualPartBytes = 64 << 20;
    private readonly HubClient _client;
    private readonly SemaphoreSlim _slots;
    private readonly int _workers;
    private readonly long _partBytes;

    /// <param name="workers">Connections at once.</param>
    /// <param name="note">Hears of what had to be tried again.</param>
    public HubDownload(HubEnvironment environment, int workers, Action<string>? note = null)
        : this(environment, workers, Patience.Usual with { Note = note }, UsualPartBytes)
    {
    }

    internal HubDownload(HubEnvironment environment, int workers, Patience patience, long partBytes)
    {
        (_client, _slots, _workers, _partBytes) = (new HubClient(environment, patience), new SemaphoreSlim(workers), workers, partBytes);
        Cache = new HubCache(environment.Cache);
    }

    /// <summary>Where files go that go nowhere else.</summary>
    public HubCache Cache { get; }

    /// <summary>Finds a repository by its id: a model, else a dataset, unless the kind is given.</summary>
    /// <exception cref="InputException">The hub does not know it, or does not answer.</exception>
    public async Task<RemoteRepository> Find(string id, RepositoryKind? kind, string revision, CancellationToken stop)
    {
        foreach (var candidate in kind is { } only ? [only] : new[] { RepositoryKind.Model, RepositoryKind.Dataset })
        {
            var repository = new HubRepository(candidate, id);
            if (await _client.List(repository, revision, stop).ConfigureAwait(false) is { } found)
            {
                return new RemoteRepository(repository, revision, found.Commit, found.Files);
            }
        }

        throw HubRefusal.Unknown(id, _client.Environment);
    }

    /// <summary>What fetching files of a repository will bring.</summary>
    /// <param name="folder">Where to; null for the cache.</param>
    public async Task<DownloadPlan> Plan(RemoteRepository remote, IReadOnlyList<string> files, string? folder, CancellationToken stop)
    {
        DownloadPlace place = folder is null ? new CachePlace(Cache, remote.Repository, remote.Revision, remote.Commit) : new FolderPlace(Path.GetFullPath(folder), Cache);
        var described = new RemoteFile[files.Count];
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = _workers, CancellationToken = stop }, async (i, token) =>
            described[i] = await _client.Describe(remote.Repository, remote.Commit, files[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return new DownloadPlan(remote, place, described);
    }

    /// <summary>Fetches what a plan lacks. What is there already is not fetched again; what an earlier run has begun is gone on with.</summary>
    /// <param name="progress">Is told the bytes that are there, again and again.</param>
    public async Task Run(DownloadPlan plan, Action<long> progress, CancellationToken stop)
    {
        var lacking = plan.Files.Where(file => !plan.Place.Has(file, stop)).ToArray();
        var present = plan.Bytes - lacking.Sum(file => file.Bytes ?? 0);
        DiskProblem.CheckRoom(plan.Place.Folder, lacking.Sum(file => (file.Bytes ?? 0) - Math.Min(file.Bytes ?? 0, PartJournal.TotalOf(BlobDownload.Journal(plan.Place.Partial(file))))));
        progress(present);
        void Gained(long more) => progress(Interlocked.Add(ref present, more));
        await Parallel.ForEachAsync(
            plan.Files,
            new ParallelOptions { MaxDegreeOfParallelism = _workers, CancellationToken = stop },
            async (file, token) => await Bring(plan, file, !lacking.Contains(file), Gained, token).ConfigureAwait(false)).ConfigureAwait(false);
        plan.Place.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }

    private async Task Bring(DownloadPlan plan, RemoteFile file, bool isThere, Action<long> gained, CancellationToken stop)
    {
        for (var changes = 1; ; changes++)
        {
            ChangedException change;
            using (await FileLock.Acquire(plan.Place.Lock(file), stop).ConfigureAwait(false))
            {
                // another process may have brought it meanwhile
                if (isThere || plan.Place.Has(file, stop))
                {
                    plan.Place.Place(file);
                    return;
                }

                try
                {
                    var download = new BlobDownload(_client, _slots, _partBytes, gained);
                    var partial = plan.Place.Partial(file);
                    await download.Fetch(plan.Remote.Repository, file, partial, stop).ConfigureAwait(false);
                    Durable.Guard(plan.Place.Final(file), () => File.Move(partial, plan.Place.Final(file), overwrite: true));
                    BlobDownload.Forget(partial);
                    plan.Place.Place(file);
                    return;
                }
                catch (ChangedException e)
                {
                    change = e;
                }
            }

            if (changes == MostChanges)
            {
                throw new InputException(
                    $"{file.Path} of {plan.Remote.Repository} does not arrive as {_client.Environment.Endpoint} describes it: {change.Message}. Nothing of it was kept; run the same command later.",
                    change);
            }

            file = await _client.Describe(plan.Remote.Repository, plan.Remote.Commit, file.Path, stop).ConfigureAwait(false);
        }
    }
}

/// <summary>A repository as the hub has it now.</summary>
/// <param name="Revision">As asked for.</param>
/// <param name="Commit">Which commit that is.</param>
/// <param name="Files">Paths of its files.</param>
public sealed record RemoteRepository(HubRepository Repository, string Revision, string Commit, IReadOnlyList<string> Files);

/// <summary>Files that are to be fetched, and where to.</summary>
public sealed class DownloadPlan
{
    internal DownloadPlan(RemoteRepository remote, DownloadPlace place, IReadOnlyList<RemoteFile> files) => (Remote, Place, Files) = (remote, place, files);

    /// <summary>Where from.</summary>
    public RemoteRepository Remote { get; }

    /// <summary>The folder that holds the files afterwards.</summary>
    public string Folder => Place.Folder;

    /// <summary>How many files.</summary>
    public int Count => Files.Count;

    /// <summary>Their bytes together, as far as the hub says.</summary>
    public long Bytes => Files.Sum(file => file.Bytes ?? 0);

    internal DownloadPlace Place { get; }

    internal IReadOnlyList<RemoteFile> Files { get; }
}
