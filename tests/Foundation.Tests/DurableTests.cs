using Harness.Tests.Shared;

namespace Harness.Foundation.Tests;

public sealed class DurableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replaces_a_file_once_it_is_complete()
    {
        var path = _folder.Write("record.json", "old");

        Durable.WriteFile(path, stream =>
        {
            stream.Write("new"u8);
            File.ReadAllText(path).ShouldBe("old");
        });

        File.ReadAllText(path).ShouldBe("new");
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void Writes_to_a_device_and_leaves_it_in_its_place()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");

        Should.Throw<InputException>(() => Durable.WriteText("/dev/full", "text")).Message.ShouldContain("/dev/full");

        using var device = File.OpenRead("/dev/full");
        device.ReadByte().ShouldBe(0);
        Durable.WriteText("/dev/null", "text");
        File.ReadAllText("/dev/null").ShouldBeEmpty();
    }

    [Fact]
    public void Creates_the_folders_above_a_file()
    {
        Durable.WriteText(_folder["a/b/c.txt"], "text");
        File.ReadAllText(_folder["a/b/c.txt"]).ShouldBe("text");
    }

    [Fact]
    public void Leaves_the_old_file_where_writing_fails()
    {
        var path = _folder.Write("record.json", "old");
        Should.Throw<InvalidOperationException>(() => Durable.WriteFile(path, _ => throw new InvalidOperationException()));
        File.ReadAllText(path).ShouldBe("old");
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void Names_the_path_on_a_full_disk()
    {
        var path = _folder["model.safetensors"];
        Should.Throw<InputException>(() => Durable.WriteFile(path, _ => WriteToFullDisk())).Message
            .ShouldBe($"The disk that holds {path} is full; nothing was left half-written. Free some space or choose another folder.");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Refuses_to_reserve_more_than_the_disk_has()
    {
        // exabytes: more than any disk has or any file can be
        var path = _folder["model.safetensors"];
        Should.Throw<InputException>(() => Durable.Guard(path, () => Durable.Reserve(path, 1L << 61).Dispose())).Message
            .ShouldBe($"The disk that holds {path} is full; nothing was left half-written. Free some space or choose another folder.");
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void Reserves_the_final_length()
    {
        using var stream = Durable.Reserve(_folder["data"], 100_000);
        stream.Length.ShouldBe(0);
        stream.Write("x"u8);
        stream.Flush();
        new FileInfo(_folder["data"]).Length.ShouldBe(1);
    }

    [Fact]
    public void Names_the_path_that_may_not_be_written() =>
        Should.Throw<InputException>(() => Durable.Guard("/out", () => throw new UnauthorizedAccessException())).Message
            .ShouldBe("/out cannot be written: permission denied. Choose another folder or change its permissions.");

    [Fact]
    public void A_folder_appears_on_commit()
    {
        using var made = new DurableFolder(_folder["out"]);
        File.WriteAllText(Path.Combine(made.Partial, "config.json"), "{}");
        Directory.Exists(made.Final).ShouldBeFalse();

        made.Commit();

        File.ReadAllText(_folder["out/config.json"]).ShouldBe("{}");
        Directory.Exists(made.Partial).ShouldBeFalse();
    }

    [Fact]
    public void A_folder_may_be_given_with_a_slash_behind()
    {
        using var made = new DurableFolder(_folder["out/"]);
        made.Commit();
        made.Final.ShouldBe(_folder["out"]);
        Directory.GetDirectories(_folder.Path).ShouldBe([_folder["out"]]);
    }

    [Fact]
    public void A_folder_without_commit_leaves_nothing()
    {
        using (var made = new DurableFolder(_folder["out"]))
        {
            File.WriteAllText(Path.Combine(made.Partial, "config.json"), "{}");
        }

        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Refuses_a_folder_that_exists()
    {
        Directory.CreateDirectory(_folder["out"]);
        Should.Throw<InputException>(() => new DurableFolder(_folder["out"])).Message
            .ShouldBe($"{_folder["out"]} already exists. Choose another output folder or remove it.");
    }

    // every write to this device fails for want of space
    private static void WriteToFullDisk()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        full.Write(new byte[1 << 20]);
    }
}
