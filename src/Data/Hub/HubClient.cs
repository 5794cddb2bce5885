using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Harness.Data.Hub;

/// <summary>Asks the hub. The token goes to the hub's own address alone: where that points elsewhere, it is left behind.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private readonly HubEnvironment _environment;
    private readonly HttpClient _http;

    public HubClient(HubEnvironment environment, Patience patience)
    {
        (_environment, Patience) = (environment, patience);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !environment.Endpoint.IsLoopback,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = patience.Silence,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("harness", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
    }

    public Patience Patience { get; }

    public HubEnvironment Environment => _environment;

    /// <summary>The commit of a revision and the paths of its files; null where the hub knows no such repository of this kind.</summary>
    public Task<(string Commit, IReadOnlyList<string> Files)?> List(HubRepository repository, string revision, CancellationToken stop) =>
        Patience.Try<(string, IReadOnlyList<string>)?>($"The list of {repository}", async () =>
        {
            var address = new Uri(_environment.Endpoint, $"{repository.Api}/revision/{Uri.EscapeDataString(revision)}");
            using var timeout = Silence(stop);
            using var response = await Send(HttpMethod.Get, address, null, timeout.Token).ConfigureAwait(false);
            if (HubRefusal.IsUnknownRepository(response))
            {
                return null;
            }

            HubRefusal.Check(response, _environment, repository, revision, null);
            return await ReadList(response, address, timeout.Token).ConfigureAwait(false);
        }, () => 0, stop);

    /// <summary>What the hub says of a file without sending it.</summary>
    public Task<RemoteFile> Describe(HubRepository repository, string commit, string path, CancellationToken stop) => Patience.Try($"{path} of {repository}", async () =>
    {
        var address = new Uri(_environment.Endpoint, $"{repository.Page}/resolve/{Uri.EscapeDataString(commit)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
        using var timeout = Silence(stop);
        using var response = await Send(HttpMethod.Head, address, null, timeout.Token).ConfigureAwait(false);
        HubRefusal.Check(response, _environment, repository, commit, path);
        var etag = Etag(response) ?? throw new TransientException($"{address} was answered without an ETag, which every file of a hub has");
        var own = response.IsSuccessStatusCode ? response.Content.Headers.ContentLength : null;
        return new RemoteFile(path, address, etag, long.TryParse(Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var linked) ? linked : own);
    }, () => 0, stop);

    /// <summary>Asks for a file or a range of it; the answer's body has not been read.</summary>
    public Task<HttpResponseMessage> Get(Uri address, RangeHeaderValue? range, CancellationToken stop) => Send(HttpMethod.Get, address, range, stop);

    /// <summary>Ends after <see cref="Patience.Silence"/>, or when asked to stop.</summary>
    public CancellationTokenSource Silence(CancellationToken stop)
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Patience.Silence);
        return timeout;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The content's name as the hub itself gives it; an address that the hub points to may have names of its own.</summary>
    public string? Etag(HttpResponseMessage response) => Header(response, "X-Linked-Etag") is { } linked ? RemoteFile.Normalize(linked)
        : IsHub(response.RequestMessage!.RequestUri!) && Header(response, "ETag") is { } own ? RemoteFile.Normalize(own)
        : null;

    private async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, RangeHeaderValue? range, CancellationToken stop)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Range = range;
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (_environment.Token is { } token && IsHub(address))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            var isRedirect = (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;
            // a file's description stands on the hub's own answer, which may point to its content elsewhere
            if (!isRedirect || (method == HttpMethod.Head && (Header(response, "X-Linked-Etag") is not null || !IsHub(new Uri(address, response.Headers.Location!)))))
            {
                return response;
            }

            using (response)
            {
                address = redirects < MostRedirects ? new Uri(address, response.Headers.Location!)
                    : throw new TransientException($"{address} points on and on");
            }
        }
    }

    private bool IsHub(Uri address) =>
        Uri.Compare(address, _environment.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static async Task<(string Commit, IReadOnlyList<string> Files)> ReadList(HttpResponseMessage response, Uri address, CancellationToken stop)
    {
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(stream, default, stop).ConfigureAwait(false);
            var commit = json.RootElement.GetProperty("sha").GetString()!;
            string[] files = [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString()!)];
            return RemotePath.IsSafe(commit) && !commit.Contains('/') && files.All(RemotePath.IsSafe)
                ? (commit, files)
                : throw new InputException($"{address} lists a file whose name leaves its folder; nothing was fetched from it.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException($"{address} was not answered as a hub does: {e.Message.TrimEnd('.')}. Is HF_ENDPOINT the address of a hub?", e);
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
}
