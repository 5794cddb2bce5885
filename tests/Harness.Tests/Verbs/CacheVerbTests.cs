namespace Harness.Tests.Verbs;

/// <summary>Each in a process of its own: the program asks only once where its cache is.</summary>
public sealed class CacheVerbTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Lists_what_earlier_runs_have_left()
    {
        Write("pruned/one/model.safetensors", "12345");
        Write("pruned/two/model.safetensors", "1234567");
        Write("calibration/samples.json", "{}");

        var lines = Harness("cache", "list").Split('\n');

        lines[0].ShouldBe(_cache.Path);
        lines.ShouldContain(line => line.StartsWith("pruned ") && line.Contains(" 2 ") && line.Contains(" 12 B "));
        lines.ShouldContain(line => line.StartsWith("calibration ") && line.Contains(" 1 ") && line.Contains(" 2 B "));
        lines.ShouldContain(line => line.StartsWith("sweeps ") && line.Contains(" 0 "));
    }

    [Fact]
    public void Clears_the_kinds_that_are_named_and_no_other()
    {
        Write("pruned/one/model.safetensors", "12345");
        Write("pruned/two.blocks/0000.safetensors", "123");
        var samples = Write("calibration/samples.json", "{}");
        var own = Write("notes.txt", "not ours");

        Harness("cache", "clear", "pruned", "recovered").ShouldBe("pruned: 2 removed, 8 B\nrecovered: 0 removed, 0 B\n");

        Directory.EnumerateFileSystemEntries(_cache["pruned"]).ShouldBeEmpty();
        File.Exists(samples).ShouldBeTrue();

        Harness("cache", "clear", "all").ShouldContain("calibration: 1 removed, 2 B\n");

        File.Exists(samples).ShouldBeFalse();
        File.Exists(own).ShouldBeTrue();
    }

    [Fact]
    public void Keeps_what_was_written_lately()
    {
        var (old, young) = (Write("documents/old.jsonl.gz", "old"), Write("documents/young.jsonl.gz", "young"));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-8));

        Harness("cache", "clear", "documents", "--older-than", "7").ShouldBe("documents: 1 removed, 3 B\n");

        File.Exists(old).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue();
    }

    [Fact]
    public void Waits_for_no_run_that_is_at_work()
    {
        var samples = Write("calibration/samples.json", "{}");
        using var run = FileLock.TryAcquire(_cache["locks/model.lock"]);

        var result = Run("cache", "clear", "all");

        result.ShouldBe(new ProgramResult(2, "", $"harness: A run is at work with the cache {_cache.Path}. Clear it when the run has ended.\n"));
        File.Exists(samples).ShouldBeTrue();
    }

    [Fact]
    public void Names_the_nearest_kind() =>
        Program.Refuse("cache", "clear", "prund").ShouldBe("Unknown kind 'prund'. Did you mean 'pruned'? Known: all, calibration, documents, file-hashes, pruned, recovered, sweeps.");

    private string Write(string name, string text)
    {
        Durable.WriteText(_cache[name], text);
        return _cache[name];
    }

    private string Harness(params string[] arguments)
    {
        var result = Run(arguments);
        result.Code.ShouldBe(0, result.Notes);
        return result.Results;
    }

    private ProgramResult Run(params string[] arguments) => Program.RunApart([("HARNESS_CACHE", _cache.Path)], arguments);
}
