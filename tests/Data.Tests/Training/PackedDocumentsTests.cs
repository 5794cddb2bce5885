using Harness.Data.Corpora;
using Harness.Data.Training;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Training;

public sealed class PackedDocumentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Lays_documents_one_behind_the_other_and_cuts_them_into_rows()
    {
        var set = Read("{\"text\": \"a b\"}\n{\"text\": \"\"}\n{\"text\": \"c d e\"}\n", 3);

        (set.Rows, set.Length).ShouldBe((2, 3));
        set.Ids.ShouldBe([0, 1, 2, 0, 0, 3]);
        set.Of(1).ToArray().ShouldBe([0, 0, 3]);
        set.Row(1).ShouldBe(new TrainingRow(3, 3));
    }

    [Fact]
    public void Drops_what_is_left_of_every_thousand_documents()
    {
        var set = Read(string.Concat(Enumerable.Repeat("{\"text\": \"a\"}\n", 1500)), 7);

        set.Rows.ShouldBe(2000 / 7 + 1000 / 7);
        set.Of(2000 / 7).ToArray().ShouldBe([0, 1, 0, 1, 0, 1, 0]);
    }

    [Fact]
    public void Reads_no_more_than_the_rows_that_are_wanted()
    {
        // nothing behind the first thousand is looked at
        var set = Read(string.Concat(Enumerable.Repeat("{\"text\": \"a\"}\n", 1000)) + "{}\n", 5, rows: 8);

        set.Rows.ShouldBe(8);
        Read("{\"text\": \"a\"}", 2, rows: int.MaxValue).Rows.ShouldBe(1);
    }

    [Fact]
    public void Takes_a_running_text_as_one_document() =>
        PackedDocuments.Read(FileCorpus.ForCalibration(_folder.Text("own.txt", "a b c d")), new WordEncoder(), 2).Ids.ShouldBe([0, 1, 2, 3]);

    [Fact]
    public void Says_when_there_is_too_little_for_one_row() =>
        Should.Throw<InputException>(() => Read("{\"text\": \"a b\"}", 4)).Message.ShouldBe("own.jsonl has 3 tokens, too few for one row of 4. Use a smaller --length or a longer text.");

    public void Dispose() => _folder.Dispose();

    private TrainingSet Read(string content, int length, int? rows = null) =>
        PackedDocuments.Read(FileCorpus.ForCalibration(_folder.Text("own.jsonl", content)), new WordEncoder(), length, rows);
}
