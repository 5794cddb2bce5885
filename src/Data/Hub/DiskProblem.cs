namespace Harness.Data.Hub;

/// <summary>A disk that takes no more of a download, in a sentence.</summary>
internal static class DiskProblem
{
    private const int NoSpaceLeftOnDevice = 28;

    public static InputException Of(string path, Exception e) => new(e switch
    {
        IOException when (e.HResult & 0xFFFF) == NoSpaceLeftOnDevice =>
            $"The disk that holds {path} is full; what was fetched is kept. Free some space and run the same command: it goes on where it was.",
        UnauthorizedAccessException => $"{path} cannot be written: permission denied. Choose another folder or change its permissions.",
        _ => $"{path} cannot be written: {e.Message.TrimEnd('.')}. Choose another folder.",
    }, e);

    /// <summary>Refuses what cannot fit before any of it is fetched.</summary>
    public static void CheckRoom(string folder, long bytes)
    {
        var existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing) ?? "/";
        }

        var free = new DriveInfo(existing).AvailableFreeSpace;
        if (bytes > free)
        {
            throw new InputException($"{Size.Of(bytes)} are to be fetched; the disk that holds {folder} has {Size.Of(free)} free. Free some space or choose another folder.");
        }
    }
}
