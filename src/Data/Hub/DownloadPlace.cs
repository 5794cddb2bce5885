namespace Harness.Data.Hub;

/// <summary>Where the files of a download go.</summary>
internal abstract class DownloadPlace
{
    /// <summary>The folder that a person opens afterwards.</summary>
    public abstract string Folder { get; }

    /// <summary>Where the bytes of a file stand once complete.</summary>
    public abstract string Final(RemoteFile file);

    /// <summary>Where they gather until then.</summary>
    public abstract string Partial(RemoteFile file);

    /// <summary>Held by whoever fetches that file.</summary>
    public abstract string Lock(RemoteFile file);

    /// <summary>The file is there already and is what the hub has.</summary>
    public abstract bool Has(RemoteFile file, CancellationToken stop);

    /// <summary>The bytes stand at <see cref="Final"/>.</summary>
    public abstract void Place(RemoteFile file);

    /// <summary>All files are there.</summary>
    public abstract void Complete();
}

/// <summary>A snapshot in the hub's cache.</summary>
internal sealed class CachePlace(HubCache cache, HubRepository repository, string revision, string commit) : DownloadPlace
{
    public override string Folder => cache.SnapshotFolder(repository, commit);

    public override string Final(RemoteFile file) => cache.Blob(repository, file.Etag);

    // a name of our own: other tools take the length of theirs for what is there
    public override string Partial(RemoteFile file) => Final(file) + ".harness.incomplete";

    public override string Lock(RemoteFile file) => cache.Lock(repository, file.Etag);

    public override bool Has(RemoteFile file, CancellationToken stop) =>
        new FileInfo(Final(file)) is { Exists: true } blob && (file.Bytes is null || blob.Length == file.Bytes);

    public override void Place(RemoteFile file) => cache.Link(repository, commit, file.Path, file.Etag);

    public override void Complete() => cache.Name(repository, revision, commit);
}

/// <summary>A folder that gets the files under the names that they have in the repository.</summary>
internal sealed class FolderPlace(string folder, HubCache cache) : DownloadPlace
{
    public override string Folder => folder;

    public override string Final(RemoteFile file) => Path.Combine(folder, file.Path);

    public override string Partial(RemoteFile file) =>
        Path.Combine(folder, Path.GetDirectoryName(file.Path)!, $".{Path.GetFileName(file.Path)}.{file.Etag}.incomplete");

    // not in the folder, where it would stay behind
    public override string Lock(RemoteFile file) => Path.Combine(cache.Folder, ".locks", "harness", ContentKey.OfText(Final(file)) + ".lock");

    public override bool Has(RemoteFile file, CancellationToken stop) =>
        new FileInfo(Final(file)) is { Exists: true } present && file.IsVerifiable && (file.Bytes is null || present.Length == file.Bytes)
        && BlobHash.Of(present.FullName, file.Etag, stop) == file.Etag;

    public override void Place(RemoteFile file)
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(Final(file))!, $".{Path.GetFileName(file.Path)}.*.incomplete*"))
        {
            File.Delete(left);
        }
    }

    public override void Complete()
    {
    }
}
