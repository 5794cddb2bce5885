namespace Harness.Data.Hub;

/// <summary>
/// The cache that the hub's tools share (huggingface_hub, "Understand caching"): <c>blobs</c> by their ETag, <c>snapshots/COMMIT</c> of links to them,
/// <c>refs</c> from a revision to its commit.
/// </summary>
public sealed class HubCache(string folder)
{
    /// <summary>The branch that is read where none is named.</summary>
    public const string MainRevision = "main";

    /// <summary>Where the hub's converter puts a dataset's rows as Parquet.</summary>
    public const string ConvertedRevision = "refs/convert/parquet";

    /// <summary>The cache's folder.</summary>
    public string Folder => folder;

    /// <summary>The snapshot of a revision; null where there is none. A revision may be a branch, a tag or a commit.</summary>
    public string? Snapshot(HubRepository repository, string revision = MainRevision)
    {
        var reference = Path.Combine(Of(repository), "refs", revision);
        var commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision;
        var snapshot = SnapshotFolder(repository, commit);
        return RemotePath.IsSafe(commit) && Directory.Exists(snapshot) ? snapshot : null;
    }

    /// <summary>Folder of a repository.</summary>
    internal string Of(HubRepository repository) => Path.Combine(folder, repository.FolderName);

    internal string SnapshotFolder(HubRepository repository, string commit) => Path.Combine(Of(repository), "snapshots", commit);

    internal string Blob(HubRepository repository, string etag) => Path.Combine(Of(repository), "blobs", etag);

    internal string Lock(HubRepository repository, string etag) => Path.Combine(folder, ".locks", repository.FolderName, etag + ".lock");

    /// <summary>Makes a complete blob a file of a snapshot.</summary>
    internal void Link(HubRepository repository, string commit, string file, string etag)
    {
        var path = Path.Combine(SnapshotFolder(repository, commit), file);
        var blob = Blob(repository, etag);
        Durable.Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var beside = $"{path}.{Environment.ProcessId}.partial";
            File.Delete(beside);
            try
            {
                File.CreateSymbolicLink(beside, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
            }
            catch (IOException)
            {
                // file systems without links get a copy
                File.Copy(blob, beside);
            }

            File.Move(beside, path, overwrite: true);
        });
    }

    /// <summary>Names the commit of a revision; done last, so that a revision that is named is complete.</summary>
    internal void Name(HubRepository repository, string revision, string commit)
    {
        if (revision != commit)
        {
            Durable.WriteText(Path.Combine(Of(repository), "refs", revision), commit);
        }
    }
}
