using System.Text;
using Harness.Data.Parquet;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Parquet;

public sealed class ParquetWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["folder/file.parquet"];

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        ParquetWriter.Write(
            Path,
            ParquetColumn.Texts("text", ["one", "", "zwölf €\n"]),
            ParquetColumn.Integers("small", [1, int.MinValue, int.MaxValue]),
            ParquetColumn.Longs("large", [-1, long.MinValue, long.MaxValue]),
            ParquetColumn.TextLists("list", [["a", "b"], [], [""]]),
            ParquetColumn.Struct("choices", ParquetColumn.TextLists("text", [["x"], ["y", "z"], []]), ParquetColumn.Texts("key", ["A", "B", "C"])));

        Rows().ShouldBe(
        [
            """{"text":"one","small":1,"large":-1,"list":["a","b"],"choices":{"text":["x"],"key":"A"}}""",
            """{"text":"","small":-2147483648,"large":-9223372036854775808,"list":[],"choices":{"text":["y","z"],"key":"B"}}""",
            """{"text":"zwölf €\n","small":2147483647,"large":9223372036854775807,"list":[""],"choices":{"text":[],"key":"C"}}""",
        ]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(2000)]
    public void Lists_of_any_number_keep_their_lengths(int rows)
    {
        string[][] lists = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, row % 5).Select(item => $"{row}.{item}").ToArray())];
        ParquetWriter.Write(Path, ParquetColumn.TextLists("list", lists));

        Rows().ShouldBe(lists.Select(list => $$"""{"list":[{{string.Join(',', list.Select(item => $"\"{item}\""))}}]}"""));
    }

    [Fact]
    public void The_same_columns_give_the_same_bytes()
    {
        ParquetWriter.Write(_folder["a"], ParquetColumn.Texts("text", ["one"]));
        ParquetWriter.Write(_folder["b"], ParquetColumn.Texts("text", ["one"]));

        File.ReadAllBytes(_folder["a"]).ShouldBe(File.ReadAllBytes(_folder["b"]));
    }

    [Fact]
    public void Refuses_columns_of_different_lengths() =>
        Should.Throw<ArgumentException>(() => ParquetWriter.Write(Path, ParquetColumn.Texts("a", ["one"]), ParquetColumn.Texts("b", []))).Message.ShouldStartWith(
            "A Parquet file needs columns of equal length, not [a: 1, b: 0].");

    public void Dispose() => _folder.Dispose();

    private string[] Rows()
    {
        using var file = ParquetFile.Open(Path);
        return [.. file.Rows().Select(row => Encoding.UTF8.GetString(row.Span))];
    }
}
