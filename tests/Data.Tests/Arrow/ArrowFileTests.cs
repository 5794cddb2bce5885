using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Harness.Data.Arrow;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Arrow;

public sealed class ArrowFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["file.arrow"];

    private static string[] Expected => File.ReadAllLines(Made("rows.jsonl"));

    [Theory]
    [InlineData("plain-stream.arrow")]
    [InlineData("lz4-stream.arrow")]
    [InlineData("zstd-file.arrow")]
    public void Reads_the_rows_of_another_writer(string name) => Rows(Made(name)).ShouldBe(Expected);

    [Fact]
    public void Reads_streams_as_they_were_before_messages_were_marked()
    {
        var stream = File.ReadAllBytes(Made("plain-stream.arrow"));
        var old = new List<byte>();
        foreach (var (at, end) in Messages(stream))
        {
            old.AddRange(stream[(at + 4)..end]);
        }

        Rows(_folder.Bytes("file.arrow", [.. old, 0, 0, 0, 0])).ShouldBe(Expected);
        Rows(_folder.Bytes("file.arrow", [.. old])).ShouldBe(Expected);
    }

    [Fact]
    public void Reads_a_column_of_text_also_through_its_dictionary()
    {
        Texts("sv", 2).ShouldBe(["short", "longer than twelve bytes"]);
        Texts("ls", 1).ShouldBe(["hi"]);
        Texts("dict", 2).ShouldBe(["yes", "no"]);

        static string[] Texts(string column, int rows)
        {
            using var file = ArrowFile.Open(Made("lz4-stream.arrow"));
            return [.. file.ReadBytes(column).Take(rows).Select(text => Encoding.UTF8.GetString(text.Span))];
        }
    }

    [Fact]
    public void Says_what_a_column_of_another_type_holds()
    {
        var path = Made("plain-stream.arrow");

        Error(() => DataFile.Texts(path, "i").Count()).ShouldBe($"{path}: column 'i' holds values of type INT, not text.");
        Error(() => DataFile.Texts(path, "text").Count()).ShouldStartWith($"{path} has no column 'text'. Its columns: s, i, u, ");
        Error(() => DataFile.Texts(path, "s").Count()).ShouldBe($"{path}: column 's' is null in row 2; a value is needed in every row.");
    }

    [Fact]
    public void Refuses_a_file_that_is_cut_off_or_is_none()
    {
        var stream = File.ReadAllBytes(Made("plain-stream.arrow"));
        var file = File.ReadAllBytes(Made("zstd-file.arrow"));

        Error(stream[..^200]).ShouldBe($"{Path} is corrupt: it ends within a message. Fetch the file again.");
        Error(file[..^3]).ShouldBe($"{Path} is corrupt: it does not end with ARROW1, so it is cut off. Fetch the file again.");
        Error([.. "once upon a time"u8]).ShouldBe($"{Path} is corrupt: it begins with no message, so it is no Arrow file. Fetch the file again.");
        Error([]).ShouldBe($"{Path} is corrupt: it does not begin with a schema. Fetch the file again.");
    }

    [Theory]
    [InlineData("plain-stream.arrow")]
    [InlineData("lz4-stream.arrow")]
    [InlineData("zstd-file.arrow")]
    public void Reads_damaged_files_or_refuses_them_with_a_sentence(string name)
    {
        var sound = File.ReadAllBytes(Made(name));
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var damaged = round % 4 == 0 ? sound[..random.Next(sound.Length)] : sound.ToArray();
            for (var flips = round % 4; flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                Rows(_folder.Bytes("file.arrow", damaged));
            }
            catch (InputException e)
            {
                e.Message.ShouldStartWith(Path);
            }
        }
    }

    /// <summary>Schemas that pyarrow has left in the reference pack's Parquet files are read as the types that their descriptions name.</summary>
    [Theory]
    [MemberData(nameof(Parquet.ParquetCasesTests.Names), MemberType = typeof(Parquet.ParquetCasesTests))]
    public void Reads_the_schemas_that_pyarrow_writes(string name)
    {
        var parquet = File.ReadAllBytes(ReferencePack.Path("data", "parquet-cases", name + ".parquet"));
        var key = "ARROW:schema"u8;
        var at = parquet.AsSpan().IndexOf(key);
        Assert.SkipWhen(at < 0, $"{name} carries no Arrow schema");
        var text = parquet.AsSpan(at + key.Length + 1);
        var length = (text[0] & 0x7f) | ((text[1] & 0x7f) << 7);
        var message = Convert.FromBase64String(Encoding.ASCII.GetString(text.Slice(2, length)));

        using var file = ArrowFile.Open(_folder.Bytes("file.arrow", message));

        var description = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(ReferencePack.Path("data", "parquet-cases", name + ".json")))!;
        file.Columns.ShouldBe(description["columns"]!.AsArray().Select(column => (string)column!["name"]!));
        file.Rows().ShouldBeEmpty();
    }

    [Fact]
    public void Reads_a_folder_of_save_to_disk_as_one_file()
    {
        var stream = File.ReadAllBytes(Made("plain-stream.arrow"));
        _folder.Bytes("set/test/data-00000-of-00002.arrow", stream);
        _folder.Bytes("set/test/data-00001-of-00002.arrow", stream);
        _folder.Text("set/test/state.json", """{"_data_files": [{"filename": "data-00000-of-00002.arrow"}, {"filename": "data-00001-of-00002.arrow"}], "_split": "test"}""");
        _folder.Text("set/dataset_dict.json", """{"splits": ["train", "test"]}""");

        DataFile.Rows(_folder["set/test"]).Select(row => Encoding.UTF8.GetString(row.Span)).ToArray().ShouldBe([.. Expected, .. Expected]);
        DataFile.HoldsRows(_folder["set/test"]).ShouldBeTrue();
        Error(() => DataFile.Rows(_folder["set"])).ShouldBe(
            $"{_folder["set"]} holds the splits train, test; name the folder of one, {_folder["set/train"]} for example.");
        Error(() => DataFile.Rows(_folder.Path)).ShouldStartWith($"{_folder.Path} is a folder that datasets.save_to_disk has not written; ");
    }

    public void Dispose() => _folder.Dispose();

    private static string Made(string name, [CallerFilePath] string thisFile = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(thisFile)!, "Files", name);

    private static string[] Rows(string path)
    {
        using var file = ArrowFile.Open(path);
        return [.. file.Rows().Take(5000).Select(row => Encoding.UTF8.GetString(row.Span))];
    }

    /// <summary>Where each message begins and ends, by its length and that of its body.</summary>
    private static IEnumerable<(int At, int End)> Messages(byte[] stream)
    {
        for (var at = 0; BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(at + 4)) is > 0 and var size;)
        {
            var end = at + 8 + size + (int)FlatTable.Root(stream.AsMemory(at + 8, size)).Int64(3);
            yield return (at, end);
            at = end;
        }
    }

    private string Error(byte[] bytes) => Error(() => Rows(_folder.Bytes("file.arrow", bytes)));

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
