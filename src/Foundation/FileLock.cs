namespace Harness;

/// <summary>A lock between processes: an open file that nobody else may open. It goes with its process, however that ends.</summary>
public sealed class FileLock : IDisposable
{
    private const int TryAgain = 11;
    private const int SharingViolation = 32;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until the lock is free.</summary>
    /// <param name="waits">Called once where it is not.</param>
    /// <exception cref="InputException">The file cannot be made.</exception>
    public static async Task<FileLock> Acquire(string path, CancellationToken stop, Action? waits = null)
    {
        while (true)
        {
            if (TryAcquire(path) is { } free)
            {
                return free;
            }

            waits?.Invoke();
            waits = null;
            await Task.Delay(Look, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock if it is free, else returns null.</summary>
    /// <exception cref="InputException">The file cannot be made.</exception>
    public static FileLock? TryAcquire(string path) => TryOpen(path) is { } file ? new FileLock(file) : null;

    /// <summary>Gives it back.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        FileStream? file = null;
        Durable.Guard(path, () =>
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when ((e.HResult & 0xFFFF) is TryAgain or SharingViolation)
            {
                // somebody else has it
            }
        });
        return file;
    }
}
