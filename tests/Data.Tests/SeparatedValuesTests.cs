using System.Text;
using Harness.Tests.Shared;

namespace Harness.Data.Tests;

public sealed class SeparatedValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Reads_quotes_line_ends_and_a_byte_order_mark() =>
        Rows("a.csv", "\uFEFFtext,label\r\n\"one, \"\"two\"\"\r\nthree\",1\n\n,\"\"\nä\"b,0").ShouldBe(
            ["""{"text":"one, \"two\"\r\nthree","label":"1"}""", """{"text":"","label":""}""", """{"text":"ä\"b","label":"0"}"""]);

    [Fact]
    public void Reads_tabs_and_gzip()
    {
        Rows("a.tsv", "text\tlabel\none, two\t1\n").ShouldBe(["""{"text":"one, two","label":"1"}"""]);
        DataFile.Rows(_folder.Gzip("a.csv.gz", "text\none\n")).Select(row => Encoding.UTF8.GetString(row.Span)).ToArray().ShouldBe(["""{"text":"one"}"""]);
    }

    [Fact]
    public void Reads_one_column() =>
        DataFile.Texts(_folder.Text("a.csv", "id,text\n1,one\n2,\"t\nwo\"\n")).Select(text => Encoding.UTF8.GetString(text.Span)).ToArray().ShouldBe(["one", "t\nwo"]);

    [Fact]
    public void Reads_fields_longer_than_its_buffer()
    {
        var text = new string('x', 200_000);

        Rows("a.csv", $"text,n\n\"{text}\",1\n{text},2\n").ShouldBe([$$"""{"text":"{{text}}","n":"1"}""", $$"""{"text":"{{text}}","n":"2"}"""]);
    }

    [Fact]
    public void Says_what_is_wrong_with_a_record()
    {
        var path = _folder["a.csv"];
        Error("a,b\n1,2\n\n1,2,3\n").ShouldBe($"{path} line 4 has 3 fields; the first line names 2 columns. Fields that hold separators need double quotes.");
        Error("a,b\n\"1,2\n").ShouldBe($"{path}: the record at line 2 ends within a quoted field. Close its quotes or fetch the file again.");
        Error("a,b\n\"1\"x,2\n").ShouldBe($"{path} line 2: something stands between a closing quote and the next separator. Double the quotes within a quoted field.");
        Error("a,a\n1,2\n").ShouldBe($"{path}: the first line names column 'a' twice. Rename one.");
        Error("").ShouldBe($"{path} is empty; a first line with the names of the columns was expected.");
        _folder.Bytes("a.csv", [.. "a,b\n1,"u8, 0xff]);
        Should.Throw<InputException>(() => DataFile.Rows(path).Count()).Message.ShouldBe($"{path} line 2: column 'b' is not valid Unicode. Write the file in UTF-8.");
        Should.Throw<InputException>(() => DataFile.Texts(path).Count()).Message.ShouldBe($"{path} has no column 'text'. Its columns: a, b.");
    }

    public void Dispose() => _folder.Dispose();

    private string[] Rows(string name, string content) => DataFile.Rows(_folder.Text(name, content)).Select(row => Encoding.UTF8.GetString(row.Span)).ToArray();

    private string Error(string content) => Should.Throw<InputException>(() => Rows("a.csv", content)).Message;
}
