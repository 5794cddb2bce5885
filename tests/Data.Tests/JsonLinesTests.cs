using System.Text;
using Harness.Tests.Shared;

namespace Harness.Data.Tests;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Reads_a_field_escaped_or_raw_in_file_order()
    {
        var path = _folder.Text("a.jsonl", "{\"url\":{\"text\":1},\"text\":\"caf\\u00e9 \\ud83d\\ude42\\n\"}\r\n\n{\"text\":\"日本 🙂\",\"n\":[1,{\"text\":2}]}\n{\"text\":\"\"}");

        Texts(path).ShouldBe(["café 🙂\n", "日本 🙂", ""]);
    }

    [Fact]
    public void Tells_gzip_by_its_content_and_reads_all_its_members()
    {
        byte[] two = [.. FolderFiles.Gzip("{\"text\":\"a\"}\n"), .. FolderFiles.Gzip("{\"text\":\"b\"}\n")];

        Texts(_folder.Bytes("a.jsonl", two)).ShouldBe(["a", "b"]);
        Texts(_folder.Text("plain.json.gz", "{\"text\":\"c\"}")).ShouldBe(["c"]);
    }

    [Fact]
    public void Reads_lines_longer_than_any_buffer()
    {
        var texts = Enumerable.Range(0, 9).Select(i => new string((char)('a' + i), 100_000 * i)).ToArray();

        Texts(_folder.Gzip("long.json.gz", string.Join('\n', texts.Select(text => $"{{\"text\":\"\\t{text}\"}}")))).ShouldBe(texts.Select(text => "\t" + text));
    }

    [Fact]
    public void Gives_rows_as_they_stand()
    {
        var path = _folder.Text("a.jsonl", "{\"b\": 1.50, \"a\": \"\\u00e9\"}\n");

        DataFile.Rows(path).Select(row => Encoding.UTF8.GetString(row.Span)).ShouldBe(["{\"b\": 1.50, \"a\": \"\\u00e9\"}"]);
    }

    [Theory]
    [InlineData("{\"text\": \"b\"", 13)]
    [InlineData("{\"text\": \"b\"} x", 15)]
    [InlineData("{\"text\": tru}", 13)]
    [InlineData("[1]", 1)]
    public void Names_the_line_and_byte_that_is_no_JSON(string line, int at)
    {
        var path = _folder.Text("a.jsonl", "{\"text\": \"a\"}\n\n" + line + "\n{\"text\": \"c\"}");
        var sentence = $"{path} line 3 is not a JSON object: it goes wrong at byte {at}. One object a line is expected.";

        Error(() => Texts(path)).ShouldBe(sentence);
        Error(() => JsonLines.Rows(path).Count()).ShouldBe(sentence);
    }

    [Theory]
    [InlineData("{\"url\": \"b\"}", "has no field 'text'. Every line must have it.")]
    [InlineData("{\"text\": 1}", ": field 'text' is a number, not text.")]
    [InlineData("{\"text\": [\"a\"]}", ": field 'text' is a list, not text.")]
    [InlineData("{\"text\": null}", ": field 'text' is null, not text.")]
    [InlineData("{\"text\": \"\\ud800\"}", ": field 'text' is not valid Unicode. Write the file in UTF-8.")]
    public void Names_the_line_whose_text_is_missing_or_no_text(string line, string sentence)
    {
        var path = _folder.Text("a.jsonl", line);

        Error(() => Texts(path)).ShouldBe($"{path} line 1{(sentence[0] == ':' ? "" : " ")}{sentence}");
    }

    [Fact]
    public void Refuses_text_that_is_not_UTF_8()
    {
        var path = _folder.Bytes("a.jsonl", [.. "{\"text\": \""u8, 0xff, .. "\"}"u8]);

        Error(() => Texts(path)).ShouldBe($"{path} line 1: field 'text' is not valid Unicode. Write the file in UTF-8.");
    }

    [Fact]
    public void Refuses_gzip_that_is_cut_off_or_damaged()
    {
        var random = new Random(1);
        var packed = FolderFiles.Gzip(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{{\"text\":\"{random.Next()}\"}}\n")));
        var path = _folder["a.json.gz"];
        foreach (var cut in new[] { 1, 8, 9, 500, packed.Length - 9 })
        {
            _folder.Bytes("a.json.gz", packed[..^cut]);
            Error(() => Texts(path)).ShouldMatch($"^{path} is corrupt: its gzip data are damaged or cut off after line \\d+. Fetch the file again.$");
        }

        packed[^6] ^= 1;
        _folder.Bytes("a.json.gz", packed);
        Error(() => Texts(path)).ShouldMatch($"^{path} is corrupt: its gzip data are damaged or cut off after line \\d+. Fetch the file again.$");
    }

    [Fact]
    public void Says_when_the_file_is_missing() =>
        Error(() => Texts("absent.jsonl")).ShouldBe("absent.jsonl cannot be read: there is no such file.");

    public void Dispose() => _folder.Dispose();

    private static string[] Texts(string path) => JsonLines.Field(path, "text").Select(text => Encoding.UTF8.GetString(text.Span)).ToArray();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
