using System.Diagnostics;

namespace Harness.Tests.Verbs;

/// <summary>Processes of their own, since the hub is chosen by their environment.</summary>
public sealed class DownloadVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub = new();

    public DownloadVerbTests()
    {
        foreach (var file in Directory.EnumerateFiles(new TinyLlama().Write(_folder["made"])))
        {
            _hub.Files[$"models/org/tiny/{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
        }

        _hub.Files["models/org/tiny/pytorch_model.bin"] = new byte[5000];
    }

    private string Cache => _folder["cache"];

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fetches_a_model_that_other_verbs_find_by_its_name()
    {
        var snapshot = Path.Combine(Cache, "models--org--tiny", "snapshots", FakeHub.Commit);

        var (code, results, notes) = Run("download", "org/tiny");
        (code, results).ShouldBe((0, snapshot + "\n"), notes);
        notes.ShouldStartWith($"org/tiny@01234567: {Directory.GetFiles(_folder["made"]).Length} files, ");

        File.Exists(Path.Combine(snapshot, "pytorch_model.bin")).ShouldBeFalse();
        Run("inspect", "sparsity", "--model", "org/tiny").Code.ShouldBe(0);
        Run("inspect", "tokens", "--model", "org/tiny", "--file", _folder.Write("a.txt", "a")).Results.ShouldContain("97");
    }

    [Fact]
    public void Fetches_what_the_readers_of_a_named_dataset_read()
    {
        _hub.Files["datasets/allenai/c4/en/c4-train.00000-of-01024.json.gz"] = "{\"text\": \"one\"}\n"u8.ToArray();
        _hub.Files["datasets/allenai/c4/en/c4-train.00001-of-01024.json.gz"] = "{\"text\": \"two\"}\n"u8.ToArray();
        _hub.Files["datasets/allenai/c4/en/c4-validation.00000-of-00008.json.gz"] = "{\"text\": \"three\"}\n"u8.ToArray();
        _hub.Files["datasets/ybisk/piqa/piqa.py"] = [1];
        _hub.Files["datasets/ybisk/piqa@refs/convert/parquet/plain_text/validation/0000.parquet"] = [2];
        _hub.Files["datasets/ybisk/piqa@refs/convert/parquet/plain_text/test/0000.parquet"] = [3];

        Run("download", "c4", "piqa", "--data", _folder["data"]).Code.ShouldBe(0);

        Directory.EnumerateFiles(_folder["data"], "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder["data"], path)).Order(StringComparer.Ordinal).ShouldBe(
        [
            "allenai/c4/en/c4-train.00000-of-01024.json.gz", "allenai/c4/en/c4-validation.00000-of-00008.json.gz", "ybisk/piqa/plain_text/validation/0000.parquet",
        ]);
        Run("download", "c4").Code.ShouldBe(0);
        Run("inspect", "rows", "--file", Path.Combine(Cache, "datasets--allenai--c4", "snapshots", FakeHub.Commit, "en", "c4-train.00000-of-01024.json.gz")).Results.ShouldBe("{\"text\": \"one\"}\n");
    }

    [Fact]
    public void Fetches_a_dataset_that_is_named_by_its_repository()
    {
        _hub.Files["datasets/yahma/alpaca-cleaned/alpaca_data_cleaned.json"] = "[{\"instruction\": \"a\"}]"u8.ToArray();
        _hub.Files["datasets/yahma/alpaca-cleaned/README.md"] = [1];

        Run("download", "yahma/alpaca-cleaned", "--data", _folder["data"]).Code.ShouldBe(0);
        Directory.EnumerateFiles(_folder["data"], "*", SearchOption.AllDirectories).ShouldBe([_folder["data/yahma/alpaca-cleaned/alpaca_data_cleaned.json"]]);
        Run("download", "yahma/alpaca-cleaned", "--include", "*.md", "--out", _folder["out"]).Code.ShouldBe(0);
        Directory.EnumerateFiles(_folder["out"]).ShouldBe([_folder["out/README.md"]]);
    }

    [Fact]
    public void Goes_on_where_a_killed_process_was()
    {
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        _hub.Files["datasets/org/set/data.jsonl"] = bytes;
        _hub.Then = (request, answer) => request.Method == "GET" && answer.Body.Length > 100_000 ? answer with { CutAfter = 1_000_000, Hangs = true } : answer;
        using (var process = Start([], "download", "org/set", "--type", "dataset"))
        {
            SpinWait.SpinUntil(() => process.HasExited || HasBegun(), TimeSpan.FromSeconds(60)).ShouldBeTrue();
            process.HasExited.ShouldBeFalse();
            process.Kill();
            process.WaitForExit();
        }

        Directory.EnumerateFiles(Cache, "data.jsonl", SearchOption.AllDirectories).ShouldBeEmpty();
        _hub.Then = (_, answer) => answer;
        _hub.Requests.Clear();

        Run("download", "org/set").Code.ShouldBe(0);

        File.ReadAllBytes(Path.Combine(Cache, "datasets--org--set", "snapshots", FakeHub.Commit, "data.jsonl")).ShouldBe(bytes);
        var gone = _hub.Requests.Single(request => request.Port != _hub.Port && request.Method == "GET");
        gone.Headers["Range"].ShouldStartWith("bytes=");
        gone.Headers["Range"].ShouldNotStartWith("bytes=0-");
        Directory.EnumerateFiles(Cache, "*incomplete*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void Works_without_the_network_where_it_may_not_be_used()
    {
        Run([("HF_HUB_OFFLINE", "1")], "download", "org/tiny").ShouldBe(
            new ProgramResult(2, "", $"harness: org/tiny is not in the hub's cache {Cache}, and HF_HUB_OFFLINE forbids to fetch it. Unset HF_HUB_OFFLINE.\n"));
        Run("download", "org/tiny");
        _hub.Dispose();
        Run([("HF_HUB_OFFLINE", "1")], "download", "org/tiny").Results.ShouldBe(Path.Combine(Cache, "models--org--tiny", "snapshots", FakeHub.Commit) + "\n");
    }

    [Fact]
    public void Chooses_files_by_patterns()
    {
        Run("download", "org/tiny", "--include", "*.json", "--include", "*.bin", "--exclude", "tok*", "--out", _folder["out"]).Code.ShouldBe(0);

        Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order().ShouldBe(["config.json", "pytorch_model.bin"]);
        Program.Refuse("download", "org/tiny", "org/other", "--out", "x").ShouldBe("--out takes the files of one NAME; 2 are given. Use --data ROOT or one call for each.");
        Program.Refuse("download", "a", "--out", "x", "--data", "y").ShouldBe("--data and --out both say where files go; give one of them.");
        Program.Refuse("download", "c4", "--revision", "x").ShouldBe("c4 names files of allenai/c4 by itself; --type, --revision, --include and --exclude belong to ORG/NAME.");
        Program.Refuse("download", "wikitext").ShouldStartWith("Unknown dataset 'wikitext'. Did you mean 'wikitext2'? Known: ");
        Program.Refuse("download", "../x").ShouldStartWith("'../x' is neither a dataset's name (c4, wikitext2, yahma/alpaca-cleaned, boolq, ");
    }

    // behind a journal's header of 16 bytes stands how much of each part is there
    private bool HasBegun() => Directory.Exists(Cache)
        && Directory.EnumerateFiles(Cache, "*.parts", SearchOption.AllDirectories).Any(journal => File.ReadAllBytes(journal).Skip(16).Any(value => value != 0));

    private ProgramResult Run(params string[] arguments) => Run([], arguments);

    private ProgramResult Run((string Name, string Value)[] variables, params string[] arguments) => Program.RunApart(With(variables), arguments);

    private Process Start((string Name, string Value)[] variables, params string[] arguments) => Program.Start(With(variables), arguments);

    private IEnumerable<(string Name, string Value)> With((string Name, string Value)[] variables) =>
        [("HF_ENDPOINT", _hub.Endpoint), ("HF_HUB_CACHE", Cache), ("HF_TOKEN", ""), ("HF_HUB_OFFLINE", ""), .. variables];
}
