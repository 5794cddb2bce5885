using System.Security.Cryptography;
using Harness.Data.Hub;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Hub;

/// <summary>Against a hub on this machine that misbehaves as told.</summary>
public sealed class HubDownloadTests : IDisposable
{
    private const int PartBytes = 10_000;
    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub = new();
    private readonly byte[] _weights = Noise(95_000, 1);
    private readonly List<string> _notes = [];
    private TimeSpan _silence = TimeSpan.FromSeconds(10);

    public HubDownloadTests()
    {
        _hub.Files["models/org/name/config.json"] = "{}"u8.ToArray();
        _hub.Files["models/org/name/model.safetensors"] = _weights;
    }

    private string Snapshot => _folder[$"cache/models--org--name/snapshots/{FakeHub.Commit}"];

    private string Blobs => _folder["cache/models--org--name/blobs"];

    [Fact]
    public void Lays_files_down_as_the_hubs_own_tools_do()
    {
        Fetch().ShouldBe(Snapshot);

        File.ReadAllText(_folder["cache/models--org--name/refs/main"]).ShouldBe(FakeHub.Commit);
        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(_weights);
        // git's hash of {}, and SHA-256
        new FileInfo(Path.Combine(Snapshot, "config.json")).LinkTarget.ShouldBe("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b");
        new FileInfo(Path.Combine(Snapshot, "model.safetensors")).LinkTarget.ShouldBe($"../../blobs/{Convert.ToHexStringLower(SHA256.HashData(_weights))}");
        Directory.GetFiles(Blobs).Length.ShouldBe(2);
    }

    [Fact]
    public void Fetches_a_large_file_in_parts_and_nothing_twice()
    {
        Fetch();
        _hub.Requests.Where(request => request.Method == "GET" && request.Headers.ContainsKey("Range")).Select(request => request.Headers["Range"]).Distinct().Count().ShouldBe(10);
        _hub.Requests.Clear();

        Fetch();

        _hub.Requests.ShouldAllBe(request => request.Method == "HEAD" || request.Path.StartsWith("/api/"));
    }

    [Fact]
    public void Leaves_the_token_behind_where_the_hub_points_elsewhere()
    {
        Fetch(token: "hf_secret");

        _hub.Requests.Where(request => request.Port == _hub.Port).ShouldAllBe(request => request.Headers["Authorization"] == "Bearer hf_secret");
        _hub.Requests.Where(request => request.Port != _hub.Port).ShouldNotBeEmpty();
        _hub.Requests.Where(request => request.Port != _hub.Port).ShouldAllBe(request => !request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public void Goes_on_where_a_connection_was_dropped()
    {
        _hub.Then = (request, answer) => request.Method == "GET" && answer.Body.Length > 3000 ? answer with { CutAfter = 3000 } : answer;

        Fetch();

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(_weights);
        _hub.Requests.ShouldContain(request => request.Headers.ContainsKey("Range") && request.Headers["Range"] == "bytes=3000-9999");
        _notes.ShouldContain(note => note.Contains("trying again"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Goes_on_where_an_earlier_run_was_ended(bool inFolder)
    {
        var served = 0;
        _hub.Then = (request, answer) => request.Method == "GET" && answer.Body.Length > 3000 && Interlocked.Add(ref served, 10_000) > 40_000 ? FakeAnswer.Of(404) : answer;
        Should.Throw<InputException>(() => Fetch(folder: inFolder ? _folder["out"] : null, workers: 1));
        Directory.Exists(Snapshot).ShouldBe(!inFolder && File.Exists(Path.Combine(Snapshot, "config.json")));
        File.Exists(Path.Combine(inFolder ? _folder["out"] : Snapshot, "model.safetensors")).ShouldBeFalse();
        File.Exists(_folder["cache/models--org--name/refs/main"]).ShouldBeFalse();
        _hub.Then = (_, answer) => answer;
        _hub.Requests.Clear();

        var folder = Fetch(folder: inFolder ? _folder["out"] : null);

        _hub.Requests.Count(request => request.Port != _hub.Port).ShouldBe(6);
        File.ReadAllBytes(Path.Combine(folder, "model.safetensors")).ShouldBe(_weights);
        Directory.EnumerateFiles(_folder.Path, "*incomplete*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void Bears_with_a_hub_that_has_no_time()
    {
        var failures = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        _hub.Instead = request => request.Port != _hub.Port ? null : failures.AddOrUpdate(request.Method + request.Path + request.Headers.GetValueOrDefault("Range"), 1, (_, count) => count + 1) switch
        {
            1 => FakeAnswer.Of(503),
            2 => FakeAnswer.Of(429, ("Retry-After", "0")),
            _ => null,
        };

        Fetch();

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(_weights);
        _notes.ShouldContain($"The list of org/name: {_hub.Endpoint} answered 503 ServiceUnavailable; trying again in 0 s");
    }

    [Fact]
    public void Waits_as_long_as_it_is_asked_to()
    {
        var asked = false;
        _hub.Instead = request => asked ? null : Answered();
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Fetch();

        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));

        FakeAnswer Answered()
        {
            asked = true;
            return FakeAnswer.Of(429, ("Retry-After", "1"));
        }
    }

    [Fact]
    public void Gives_up_after_a_while_and_says_why()
    {
        _hub.Instead = request => request.Port == _hub.Port ? null : FakeAnswer.Of(500);

        var other = Error();
        other.ShouldStartWith("model.safetensors of org/name could not be fetched: http://127.0.0.1:");
        other.ShouldEndWith(" answered 500 InternalServerError. Run the same command later; it goes on where it was.");
        _hub.Dispose();
        Error().ShouldStartWith("The list of org/name could not be fetched: Connection refused (127.0.0.1:");
    }

    [Fact]
    public void Gives_up_on_a_hub_that_falls_silent()
    {
        _hub.Then = (request, answer) => request.Method == "GET" && answer.Body.Length > 3000
            ? answer with { Hangs = true }
            : answer;
        _silence = TimeSpan.FromSeconds(0.3);

        Error().ShouldBe("model.safetensors of org/name could not be fetched: the hub was silent for 0.3 seconds. Run the same command later; it goes on where it was.");
    }

    [Fact]
    public void Reads_from_the_front_where_there_are_no_ranges()
    {
        _hub.GivesRanges = false;

        Fetch();

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(_weights);
        _hub.Requests.Count(request => request.Port != _hub.Port).ShouldBe(1);
    }

    [Fact]
    public void Begins_again_where_a_file_changes_in_the_middle()
    {
        var other = Noise(95_000, 2);
        ChangeInTheMiddle(other);

        Fetch();

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(other);
    }

    [Theory]
    [InlineData(80_000)]
    [InlineData(99_000)]
    public void Begins_again_where_a_files_length_changes_in_the_middle(int bytes)
    {
        var other = Noise(bytes, 2);
        ChangeInTheMiddle(other);

        Fetch();

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(other);
    }

    [Fact]
    public void Takes_nothing_that_does_not_hash_to_its_name()
    {
        _hub.Then = (request, answer) => request.Port != _hub.Port ? answer with { Body = Noise(answer.Body.Length, 3) } : answer;

        Error().ShouldBe($"model.safetensors of org/name does not arrive as {_hub.Endpoint}/ describes it: hash {Convert.ToHexStringLower(SHA256.HashData(Reassembled()))} where the hub says "
            + $"{Convert.ToHexStringLower(SHA256.HashData(_weights))}. Nothing of it was kept; run the same command later.");
        Directory.GetFiles(Blobs).Select(Path.GetFileName).ShouldBe(["9e26dfeeb6e641a33dae4961196235bdb965b21b"]);

        byte[] Reassembled() => [.. Enumerable.Range(0, 10).SelectMany(part => Noise(Math.Min(PartBytes, 95_000 - (part * PartBytes)), 3))];
    }

    [Fact]
    public async Task Two_downloads_of_one_file_do_not_disturb_each_other()
    {
        _hub.Then = (request, answer) => answer with { DelayBytes = 2000 };

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Fetch())));

        File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")).ShouldBe(_weights);
        _hub.Requests.Count(request => request.Port != _hub.Port).ShouldBe(10);
    }

    [Fact]
    public void Fetches_into_a_folder_under_the_files_own_names()
    {
        var folder = Fetch(folder: _folder["out"]);

        folder.ShouldBe(_folder["out"]);
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order().ShouldBe(["config.json", "model.safetensors"]);
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "damaged");
        Fetch(folder: folder);
        File.ReadAllBytes(Path.Combine(folder, "model.safetensors")).ShouldBe(_weights);
    }

    [Fact]
    public void Says_what_it_may_not_have()
    {
        Error("org/absent").ShouldBe($"org/absent is not on {_hub.Endpoint}, or not for everyone. Check its name; if it is private, set HF_TOKEN to a token that may read it.");
        Error("org/name", revision: "v9").ShouldBe("org/name has no revision 'v9'. Leave --revision out for its main branch.");
        _hub.Instead = request => request.Path.Contains("resolve") ? FakeAnswer.Of(403, ("X-Error-Code", "GatedRepo")) : null;
        Error().ShouldBe($"org/name is gated. Accept its terms at {_hub.Endpoint}/org/name, then set HF_TOKEN to a token of that account.");
        _hub.Instead = request => request.Path.Contains("/api/") ? new FakeAnswer(200, "<html>"u8.ToArray(), new Dictionary<string, string>()) : null;
        Error().ShouldStartWith($"{_hub.Endpoint}/api/models/org/name/revision/main was not answered as a hub does: ");
    }

    [Fact]
    public void Refuses_names_that_lead_out_of_their_folder()
    {
        _hub.Files["models/org/name/../../evil"] = [1];

        Error().ShouldEndWith(" lists a file whose name leaves its folder; nothing was fetched from it.");
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    /// <summary>The hub has other weights from the fourth answer of the file's host on.</summary>
    private void ChangeInTheMiddle(byte[] other)
    {
        var served = 0;
        _hub.Then = (request, answer) =>
        {
            if (request.Port != _hub.Port && Interlocked.Increment(ref served) == 4)
            {
                _hub.Files["models/org/name/model.safetensors"] = other;
            }

            return answer;
        };
    }

    private static byte[] Noise(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string Fetch(string id = "org/name", string revision = "main", string? folder = null, string? token = null, int workers = 4)
    {
        var environment = new HubEnvironment(new Uri(_hub.Endpoint + "/"), token, _folder["cache"], false);
        using var download = new HubDownload(environment, workers, new Patience(4, TimeSpan.FromMilliseconds(1), _silence, Note), PartBytes);
        var remote = download.Find(id, null, revision, default).GetAwaiter().GetResult();
        var plan = download.Plan(remote, remote.Files, folder, default).GetAwaiter().GetResult();
        var seen = 0L;
        download.Run(plan, bytes => Interlocked.Exchange(ref seen, bytes), default).GetAwaiter().GetResult();
        return plan.Folder;

        void Note(string note)
        {
            lock (_notes)
            {
                _notes.Add(note);
            }
        }
    }

    private string Error(string id = "org/name", string revision = "main") => Should.Throw<InputException>(() => Fetch(id, revision)).Message;
}
