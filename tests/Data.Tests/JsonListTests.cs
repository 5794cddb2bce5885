using System.Text;
using Harness.Tests.Shared;

namespace Harness.Data.Tests;

public sealed class JsonListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Reads_rows_and_fields_of_one_list_of_objects()
    {
        var path = _folder.Text("a.json", "\uFEFF\n[\n  {\n    \"n\": [1, {\"text\": \"]\"}],\n    \"text\": \"a, b}\\n \\\"\\u00e9\\\\\"\n  },\n  {\"text\": \"日本\"} , {\"text\":\"\"}\n]\n");

        Rows(path).ShouldBe(["{\"n\":[1,{\"text\":\"]\"}],\"text\":\"a, b}\\n \\\"\\u00e9\\\\\"}", "{\"text\":\"日本\"}", "{\"text\":\"\"}"]);
        Texts(path).ShouldBe(["a, b}\n \"é\\", "日本", ""]);
    }

    [Fact]
    public void Reads_gzipped_lists_and_elements_longer_than_any_buffer()
    {
        var texts = Enumerable.Range(0, 5).Select(i => new string((char)('a' + i), 100_000 * i)).ToArray();

        Texts(_folder.Gzip("long.json.gz", $"[{string.Join(",\n", texts.Select(text => $"{{\"text\": \"{text}\"}}"))}]")).ShouldBe(texts);
    }

    [Fact]
    public void Takes_an_empty_list_and_leaves_lines_what_they_are()
    {
        Rows(_folder.Text("empty.json", " [ ] ")).ShouldBeEmpty();
        Rows(_folder.Text("nothing.json", "")).ShouldBeEmpty();
        Rows(_folder.Text("lines.json", "{\"a\": [1]}\n{\"a\":  2}")).ShouldBe(["{\"a\": [1]}", "{\"a\":  2}"]);
        Error(() => Rows(_folder.Text("lines.jsonl", "[{\"a\": 1}]"))).ShouldBe(
            $"{_folder["lines.jsonl"]} line 1 is not a JSON object: it goes wrong at byte 1. One object a line is expected.");
    }

    [Theory]
    [InlineData("{\"text\": tru}", 10 + 3)]
    [InlineData("{\"a\": 1,\n \"text\": tru}", 21 + 1)]
    [InlineData("{\"a\": [}]}", 8)]
    [InlineData("17", 1)]
    [InlineData("[{}]", 1)]
    [InlineData("", 1)]
    public void Names_the_element_and_byte_that_is_no_object(string element, int at)
    {
        var path = _folder.Text("a.json", "[{\"text\": \"a\"}, " + element + "]");
        var sentence = $"{path} element 2 is not a JSON object: it goes wrong at byte {at}. One list of objects is expected.";

        Error(() => Rows(path)).ShouldBe(sentence);
        Error(() => Texts(path)).ShouldBe(sentence);
    }

    [Theory]
    [InlineData("[{\"text\": \"a\"}, {\"text\": \"b", " ends within its list, at element 2. Fetch the file again.")]
    [InlineData("[{\"text\": \"a\"}", " ends within its list, at element 1. Fetch the file again.")]
    [InlineData("[{\"text\": \"a\"},", " ends within its list, at element 2. Fetch the file again.")]
    [InlineData("[", " ends within its list, at element 1. Fetch the file again.")]
    [InlineData("[{\"text\": \"a\"} {\"text\": \"b\"}]", ": element 1 is followed by neither a comma nor the end of the list. One list of objects is expected.")]
    [InlineData("[{\"text\": \"a\"}]\n{\"text\": \"b\"}", ": something follows the list of 1 elements. One list of objects is expected.")]
    public void Says_where_a_list_is_broken(string content, string sentence)
    {
        var path = _folder.Text("a.json", content);

        Error(() => Rows(path)).ShouldBe(path + sentence);
    }

    [Fact]
    public void Says_which_element_lacks_a_field() =>
        Error(() => Texts(_folder.Text("a.json", "[{\"text\": \"a\"}, {\"url\": 1}]"))).ShouldBe($"{_folder["a.json"]} element 2 has no field 'text'. Every element must have it.");

    [Fact]
    public void Notices_a_gzip_file_that_is_cut_off()
    {
        var whole = FolderFiles.Gzip($"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"text\": \"{i * 7919 % 10007}\"}}"))}]");
        var path = _folder.Bytes("cut.json.gz", whole[..(whole.Length / 2)]);

        Error(() => Texts(path)).ShouldMatch("is corrupt: its gzip data are damaged or cut off after element [0-9]+. Fetch the file again.$");
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Rows(string path) => [.. DataFile.Rows(path).Select(row => Encoding.UTF8.GetString(row.Span))];

    private static string[] Texts(string path) => [.. DataFile.Texts(path).Select(text => Encoding.UTF8.GetString(text.Span))];

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
