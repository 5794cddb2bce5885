namespace Harness.Data.Hub;

/// <summary>A lock between processes: an open file that nobody else may open. It goes with its process, however that ends.</summary>
internal sealed class FileLock : IDisposable
{
    private const int TryAgain = 11;
    private const int SharingViolation = 32;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until the lock is free.</summary>
    public static async Task<FileLock> Acquire(string path, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when ((e.HResult & 0xFFFF) is TryAgain or SharingViolation)
            {
                await Task.Delay(Look, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw DiskProblem.Of(path, e);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
