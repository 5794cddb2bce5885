namespace Harness.Data.Hub;

/// <summary>Checkpoints by name: those in the hub's cache.</summary>
public static class HubModels
{
    /// <summary>The folder of a model: an existing path as it is, else the snapshot of <c>ORG/NAME</c> or <c>ORG/NAME@REVISION</c> in the hub's cache.</summary>
    /// <exception cref="InputException">It can only be the name of a repository, and is not in the cache.</exception>
    public static string Folder(string given, HubEnvironment environment)
    {
        var (id, revision) = given.Split('@', 2) is [var name, { Length: > 0 } at] ? (name, at) : (given, HubCache.MainRevision);
        if (Directory.Exists(given) || File.Exists(given) || !HubRepository.CanBe(id))
        {
            return given;
        }

        if (new HubCache(environment.Cache).Snapshot(new HubRepository(RepositoryKind.Model, id), revision) is { } snapshot)
        {
            return snapshot;
        }

        var option = revision == HubCache.MainRevision ? "" : $" --revision {revision}";
        return id.Contains('/')
            ? throw new InputException($"{given} is neither a folder nor in the hub's cache {environment.Cache}. Fetch it: harness download {id}{option}.")
            : given;
    }
}
