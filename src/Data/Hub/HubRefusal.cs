using System.Net;

namespace Harness.Data.Hub;

/// <summary>What an answer of the hub means that is none of success.</summary>
internal static class HubRefusal
{
    /// <summary>The hub hides what is private: without a right to know, a repository does not exist.</summary>
    public static bool IsUnknownRepository(HttpResponseMessage response) => Code(response) switch
    {
        "RepoNotFound" => true,
        "GatedRepo" or "RevisionNotFound" or "EntryNotFound" => false,
        _ => response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized,
    };

    /// <summary>The sentence for a repository of which the hub knows nothing.</summary>
    public static InputException Unknown(string id, HubEnvironment environment) => new(
        $"{id} is not on {Name(environment)}, or not for everyone. Check its name"
        + (environment.Token is null ? "; if it is private, set HF_TOKEN to a token that may read it." : " and whether the token in use may read it."));

    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="InputException">It may not.</exception>
    public static void Check(HttpResponseMessage response, HubEnvironment environment, HubRepository repository, string revision, string? file)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode || status is >= 300 and < 400)
        {
            return;
        }

        if (status is 408 or 429 or >= 500)
        {
            throw Later(response);
        }

        throw (Code(response), status) switch
        {
            ("GatedRepo", _) or (_, 403) => new InputException(
                $"{repository} is gated. Accept its terms at {environment.Endpoint}{repository.Page}, then set HF_TOKEN to a token of that account."),
            ("RevisionNotFound", _) => new InputException($"{repository} has no revision '{revision}'. Leave --revision out for its main branch."),
            ("EntryNotFound", _) or ("", 404) when file is not null => new InputException($"{repository} has no file {file} at revision {revision}."),
            (_, 401 or 404) => Unknown(repository.Id, environment),
            _ => new InputException($"{Name(environment)} answered {status} {response.ReasonPhrase} for {response.RequestMessage!.RequestUri}; it will not give it."),
        };
    }

    /// <summary>The server has no time now.</summary>
    public static TransientException Later(HttpResponseMessage response) => new(
        $"{response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority)} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd(), RetryAfter(response));

    private static string Name(HubEnvironment environment) => environment.Endpoint.ToString().TrimEnd('/');

    private static string Code(HttpResponseMessage response) => response.Headers.TryGetValues("X-Error-Code", out var values) ? values.First() : "";

    private static TimeSpan RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > DateTimeOffset.UtcNow => date - DateTimeOffset.UtcNow,
        _ => TimeSpan.Zero,
    };
}
