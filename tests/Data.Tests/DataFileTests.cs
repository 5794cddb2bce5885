using System.Text.Json;
using Harness.Tests.Shared;

namespace Harness.Data.Tests;

public sealed class DataFileTests
{
    [Theory]
    [InlineData("Rowan/hellaswag/data/validation-00000-of-00001.parquet", 1000, "ind, activity_label, ctx_a, ctx_b, ctx, endings, source_id, split, split_type, label")]
    [InlineData("allenai/ai2_arc/ARC-Challenge/test-00000-of-00001.parquet", 1172, "id, question, choices, answerKey")]
    [InlineData("allenai/openbookqa/main/test-00000-of-00001.parquet", 500, "id, question_stem, choices, answerKey")]
    [InlineData("aps/super_glue/boolq/validation-00000-of-00001.parquet", 3270, "question, passage, idx, label")]
    [InlineData("google/boolq/data/validation-00000-of-00001.parquet", 3270, "question, answer, passage")]
    [InlineData("ybisk/piqa/plain_text/validation-00000-of-00001.parquet", 1838, "goal, sol1, sol2, label")]
    [InlineData("Salesforce/wikitext/wikitext-2-raw-v1/validation-00000-of-00001.parquet", 3760, "text")]
    [InlineData("allenai/c4/en/c4-train.00000-of-01024.json.gz", 1000, "text, timestamp, url")]
    [InlineData("text/tinystories-1000.jsonl", 1000, "text")]
    public void Reads_every_row_of_the_hubs_files(string file, int rows, string columns)
    {
        var path = ReferencePack.Path("data", file);
        var count = 0;
        foreach (var row in DataFile.Rows(path))
        {
            using var json = JsonDocument.Parse(row);
            string.Join(", ", json.RootElement.EnumerateObject().Select(field => field.Name)).ShouldBe(columns);
            count++;
        }

        count.ShouldBe(rows);
    }

    [Fact]
    public void Says_which_files_hold_rows() =>
        Should.Throw<InputException>(() => DataFile.Rows("notes.txt")).Message.ShouldBe(
            "notes.txt ends in '.txt'; rows are read from .parquet, .arrow, .jsonl, .json, .csv and .tsv files, .jsonl, .json, .csv and .tsv also gzipped.");
}
