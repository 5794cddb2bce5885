using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Harness.Tests.Shared;

/// <summary>A request that the fake hub got.</summary>
/// <param name="Port">Of the hub itself, or of the address that large files are handed over to.</param>
public sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, int Port);

/// <summary>Its answer.</summary>
/// <param name="CutAfter">The connection drops behind so many bytes of the body.</param>
/// <param name="DelayBytes">So many bytes at a time, with a short pause behind each.</param>
/// <param name="Hangs">Nothing follows the headers, or what <paramref name="CutAfter"/> lets through.</param>
public sealed record FakeAnswer(
    int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers, int? CutAfter = null, int DelayBytes = 0, bool Hangs = false)
{
    /// <summary>A bare status.</summary>
    public static FakeAnswer Of(int status, params (string Name, string Value)[] headers) => new(status, [], headers.ToDictionary(header => header.Name, header => header.Value));
}

/// <summary>
/// A hub on this machine that speaks as much of the Hugging Face hub's HTTP as a download needs, and misbehaves as told. Files of
/// <see cref="LargeFrom"/> bytes and more are handed over to a second address, as the real one does.
/// </summary>
public sealed class FakeHub : IDisposable
{
    /// <summary>The commit that main names.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener[] _listeners = [new(IPAddress.Loopback, 0), new(IPAddress.Loopback, 0)];
    private readonly CancellationTokenSource _stop = new();

    public FakeHub()
    {
        foreach (var listener in _listeners)
        {
            listener.Start();
            _ = Listen(listener);
        }
    }

    /// <summary>Files by <c>models/ORG/NAME/PATH</c> or <c>datasets/ORG/NAME/PATH</c>; <c>@REVISION</c> behind the name for another branch than main.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    /// <summary>Everything that was asked.</summary>
    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    /// <summary>Answers in place of the hub; null leaves the answer to it.</summary>
    public Func<FakeRequest, FakeAnswer?> Instead { get; set; } = _ => null;

    /// <summary>Changes an answer of the hub.</summary>
    public Func<FakeRequest, FakeAnswer, FakeAnswer> Then { get; set; } = (_, answer) => answer;

    /// <summary>Whether a range that is asked for is given.</summary>
    public bool GivesRanges { get; set; } = true;

    /// <summary>Size from which files are handed over.</summary>
    public int LargeFrom { get; set; } = 1000;

    /// <summary>Its address.</summary>
    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listeners[0].LocalEndpoint).Port;

    private int OtherPort => ((IPEndPoint)_listeners[1].LocalEndpoint).Port;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private async Task Listen(TcpListener listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => Serve(client, ((IPEndPoint)listener.LocalEndpoint).Port));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(TcpClient client, int port)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var first = (await reader.ReadLineAsync())?.Split(' ');
                if (first is not { Length: 3 })
                {
                    return;
                }

                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
                }

                var request = new FakeRequest(first[0], first[1], headers, port);
                Requests.Enqueue(request);
                await Answer(stream, request, Instead(request) ?? Then(request, Usual(request)));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // one of the sides has gone
            }
        }
    }

    private async Task Answer(NetworkStream stream, FakeRequest request, FakeAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\nConnection: close\r\n");
        if (!answer.Headers.ContainsKey("Content-Length"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n");
        }

        foreach (var (name, value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        if (request.Method == "HEAD")
        {
            return;
        }

        var end = Math.Min(answer.CutAfter ?? (answer.Hangs ? 0 : int.MaxValue), answer.Body.Length);
        for (var at = 0; at < end; at += answer.DelayBytes > 0 ? answer.DelayBytes : end)
        {
            await stream.WriteAsync(answer.Body.AsMemory(at, Math.Min(answer.DelayBytes > 0 ? answer.DelayBytes : end, end - at)));
            await Task.Delay(answer.DelayBytes > 0 ? 20 : 0);
        }

        await Task.Delay(answer.Hangs ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, _stop.Token);
    }

    private FakeAnswer Usual(FakeRequest request)
    {
        var path = Uri.UnescapeDataString(request.Path.Split('?')[0]).TrimStart('/');
        if (request.Port == OtherPort)
        {
            return Files.TryGetValue(path, out var handed) ? Content(request, handed, "\"of-another-host\"") : FakeAnswer.Of(403);
        }

        if (path.StartsWith("api/", StringComparison.Ordinal))
        {
            return List(path["api/".Length..]);
        }

        var parts = (path.StartsWith("datasets/", StringComparison.Ordinal) ? path : "models/" + path).Split("/resolve/", 2);
        var key = parts.Length < 2 ? "" : Key(parts[0], parts[1]);
        if (!Files.TryGetValue(key, out var bytes))
        {
            return FakeAnswer.Of(404, ("X-Error-Code", "EntryNotFound"));
        }

        if (bytes.Length < LargeFrom)
        {
            return Content(request, bytes, $"\"{Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]))}\"");
        }

        return FakeAnswer.Of(
            302, ("Location", $"http://127.0.0.1:{OtherPort}/{Uri.EscapeDataString(key)}"), ("X-Repo-Commit", Commit),
            ("X-Linked-Etag", $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""), ("X-Linked-Size", bytes.Length.ToString(CultureInfo.InvariantCulture)));
    }

    private FakeAnswer List(string path)
    {
        var parts = path.Split("/revision/", 2);
        var prefix = parts.Length < 2 || parts[1] is "main" ? parts[0] + "/" : $"{parts[0]}@{parts[1]}/";
        var files = Files.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
        {
            var isKnown = Files.Keys.Any(key => key.StartsWith(parts[0] + "/", StringComparison.Ordinal));
            return isKnown ? FakeAnswer.Of(404, ("X-Error-Code", "RevisionNotFound")) : FakeAnswer.Of(401, ("X-Error-Code", "RepoNotFound"));
        }

        var commit = parts.Length < 2 || parts[1] is "main" ? Commit : Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(parts[1])));
        var body = JsonSerializer.SerializeToUtf8Bytes(new { sha = commit, siblings = files.Select(file => new { rfilename = file }) });
        return new FakeAnswer(200, body, new Dictionary<string, string> { ["Content-Type"] = "application/json" });
    }

    private string Key(string repository, string revisionAndFile)
    {
        var (revision, file) = (revisionAndFile.Split('/', 2)[0], revisionAndFile.Split('/', 2)[1]);
        var branch = revision is Commit or "main" ? null
            : Files.Keys.Where(key => key.StartsWith(repository + "@", StringComparison.Ordinal)).Select(key => key[(repository.Length + 1)..])
                .FirstOrDefault(rest => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(rest[..Math.Max(0, rest.Length - file.Length - 1)]))) == revision);
        return branch is null ? $"{repository}/{file}" : $"{repository}@{branch}";
    }

    private FakeAnswer Content(FakeRequest request, byte[] bytes, string etag)
    {
        var headers = new Dictionary<string, string> { ["ETag"] = etag, ["X-Repo-Commit"] = Commit, ["Accept-Ranges"] = "bytes" };
        if (request.Method == "HEAD")
        {
            headers["Content-Length"] = bytes.Length.ToString(CultureInfo.InvariantCulture);
            return new FakeAnswer(200, [], headers);
        }

        if (!GivesRanges || !request.Headers.TryGetValue("Range", out var range))
        {
            return new FakeAnswer(200, bytes, headers);
        }

        var bounds = range["bytes=".Length..].Split('-');
        var (from, to) = (int.Parse(bounds[0], CultureInfo.InvariantCulture), bounds[1].Length > 0 ? int.Parse(bounds[1], CultureInfo.InvariantCulture) : bytes.Length - 1);
        if (from >= bytes.Length)
        {
            return FakeAnswer.Of(416, ("Content-Range", $"bytes */{bytes.Length}"));
        }

        to = Math.Min(to, bytes.Length - 1);
        headers["Content-Range"] = $"bytes {from}-{to}/{bytes.Length}";
        return new FakeAnswer(206, bytes[from..(to + 1)], headers);
    }
}
