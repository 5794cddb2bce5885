using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace Harness.Data.Hub;

/// <summary>
/// Brings one file's bytes: in parts side by side where the server gives ranges, from the front where it does not. What an earlier run has left is gone on
/// with.
/// </summary>
/// <param name="slots">One for each connection at once, over all files.</param>
/// <param name="progress">Is told how many bytes are there more (or fewer, where some had to be given up).</param>
internal sealed class BlobDownload(HubClient client, SemaphoreSlim slots, long partBytes, Action<long> progress)
{
    private const int BufferBytes = 1 << 18;
    private long _counted;

    /// <summary>Fills <paramref name="partial"/>, which is complete and checked afterwards.</summary>
    /// <exception cref="ChangedException">The hub now holds another file, or the bytes do not hash to their name; nothing of them is kept.</exception>
    public async Task Fetch(HubRepository repository, RemoteFile file, string partial, CancellationToken stop)
    {
        try
        {
            await FetchBytes($"{file.Path} of {repository}", file, partial, stop).ConfigureAwait(false);
            if (file.IsVerifiable && await Task.Run(() => BlobHash.Of(partial, file.Etag, stop), stop).ConfigureAwait(false) is var hash && hash != file.Etag)
            {
                throw new ChangedException($"hash {hash} where the hub says {file.Etag}");
            }
        }
        catch (ChangedException)
        {
            Count(-Interlocked.Read(ref _counted));
            Forget(partial);
            throw;
        }
    }

    private async Task FetchBytes(string what, RemoteFile file, string partial, CancellationToken stop)
    {
        using var output = Open(partial);
        if (file.Bytes is not { } bytes)
        {
            await client.Patience.Try(what, () => FetchWhole(file, output, partial, stop), () => 0, stop).ConfigureAwait(false);
            return;
        }

        // what cannot be checked in the end is not gone on with
        using var journal = new PartJournal(Journal(partial), bytes, partBytes, isFresh: !file.IsVerifiable || RandomAccess.GetLength(output) != bytes);
        Disk(partial, () => RandomAccess.SetLength(output, bytes));
        Count(journal.Total);
        await FetchParts(what, file, journal, output, partial, stop).ConfigureAwait(false);
    }

    /// <summary>Removes an unfinished file and what is known of it.</summary>
    public static void Forget(string partial)
    {
        File.Delete(partial);
        File.Delete(Journal(partial));
    }

    /// <summary>Where it stands how much of an unfinished file is there.</summary>
    public static string Journal(string partial) => partial + ".parts";

    private async Task FetchParts(string what, RemoteFile file, PartJournal journal, SafeFileHandle output, string path, CancellationToken stop)
    {
        var open = new Queue<int>(Enumerable.Range(0, journal.Parts).Where(part => !journal.IsComplete(part)));
        if (open.Count == 0)
        {
            return;
        }

        // one part that fails ends the others: what it says counts, not that they were stopped
        Exception? failure = null;

        // the first answer tells whether there are ranges to be had
        var hasRanges = new TaskCompletionSource();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task> { Part(open.Dequeue(), hasRanges) };
        await Task.WhenAny(running[0], hasRanges.Task).ConfigureAwait(false);
        if (hasRanges.Task.IsCompleted)
        {
            running.AddRange(open.Select(part => Part(part, null)));
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        async Task Part(int part, TaskCompletionSource? probe)
        {
            try
            {
                await client.Patience.Try(what, () => FetchPart(file, journal, part, output, path, probe, all.Token), () => journal.Total, all.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                await all.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> FetchPart(RemoteFile file, PartJournal journal, int part, SafeFileHandle output, string path, TaskCompletionSource? probe, CancellationToken stop)
    {
        if (journal.IsComplete(part))
        {
            return true;
        }

        await slots.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using var timeout = client.Silence(stop);
            var (from, end) = (journal.Start(part) + journal.Done(part), journal.Start(part) + journal.Length(part));
            var range = from == 0 && end == journal.Bytes ? null : new RangeHeaderValue(from, end - 1);
            using var response = await client.Get(file.Address, range, timeout.Token).ConfigureAwait(false);
            Check(response, file);
            using var body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            if (response.StatusCode != System.Net.HttpStatusCode.PartialContent)
            {
                await TakeAll(file, journal, body, output, path, isAlone: probe is not null && !probe.Task.IsCompleted, timeout).ConfigureAwait(false);
                return true;
            }

            var given = response.Content.Headers.ContentRange;
            if (given?.From != from || (given.HasLength && given.Length != journal.Bytes))
            {
                throw new ChangedException($"bytes {given} where {from} of {journal.Bytes} were asked for");
            }

            probe?.TrySetResult();
            await Copy(body, output, path, from, end, bytes => Gain(journal, part, bytes), timeout).ConfigureAwait(false);
            return true;
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>The server sends the file from its front whatever range was asked for.</summary>
    private async Task TakeAll(RemoteFile file, PartJournal journal, Stream body, SafeFileHandle output, string path, bool isAlone, CancellationTokenSource timeout)
    {
        if (!isAlone)
        {
            throw new TransientException($"{file.Address} gives ranges no longer");
        }

        Count(-journal.Total);
        journal.Reset();
        for (var part = 0; part < journal.Parts; part++)
        {
            var current = part;
            await Copy(body, output, path, journal.Start(part), journal.Start(part) + journal.Length(part), bytes => Gain(journal, current, bytes), timeout).ConfigureAwait(false);
        }
    }

    private async Task<bool> FetchWhole(RemoteFile file, SafeFileHandle output, string path, CancellationToken stop)
    {
        await slots.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using var timeout = client.Silence(stop);
            using var response = await client.Get(file.Address, null, timeout.Token).ConfigureAwait(false);
            Check(response, file);
            using var body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            RandomAccess.SetLength(output, 0);
            await Copy(body, output, path, 0, null, _ => { }, timeout).ConfigureAwait(false);
            return true;
        }
        finally
        {
            slots.Release();
        }
    }

    private void Check(HttpResponseMessage response, RemoteFile file)
    {
        if ((int)response.StatusCode == 416 || (response.IsSuccessStatusCode && client.Etag(response) is { } etag && etag != file.Etag))
        {
            throw new ChangedException("another ETag");
        }

        if (response.IsSuccessStatusCode && (int)response.StatusCode == 200 && file.Bytes is { } bytes && response.Content.Headers.ContentLength is { } length && length != bytes)
        {
            throw new ChangedException($"{length} bytes where {bytes} were announced");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw (int)response.StatusCode is 408 or 429 or >= 500
                ? HubRefusal.Later(response)
                : new InputException($"{response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode} {response.ReasonPhrase} in the middle of fetching {file.Path}. Run the same command again.");
        }
    }

    private void Count(long bytes)
    {
        Interlocked.Add(ref _counted, bytes);
        progress(bytes);
    }

    private void Gain(PartJournal journal, int part, int bytes)
    {
        journal.Add(part, bytes);
        Count(bytes);
    }

    /// <param name="end">Where the bytes that are wanted end; null for all that come.</param>
    private async Task Copy(Stream body, SafeFileHandle output, string path, long from, long? end, Action<int> wrote, CancellationTokenSource timeout)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (end is null || from < end)
            {
                timeout.CancelAfter(client.Patience.Silence);
                var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, (end ?? long.MaxValue) - from)), timeout.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    _ = end is null ? 0 : throw new TransientException($"the connection ended {end - from} bytes early");
                    return;
                }

                var at = from;
                Disk(path, () => RandomAccess.Write(output, buffer.AsSpan(0, read), at));
                from += read;
                wrote(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SafeFileHandle Open(string path)
    {
        SafeFileHandle? opened = null;
        Disk(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            opened = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        });
        return opened!;
    }

    private static void Disk(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskProblem.Of(path, e);
        }
    }
}
