using System.IO.Compression;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Harness.Data.Parquet;
using Harness.Samples.Questions;
using Harness.Samples.Texts;

namespace Harness.Samples;

/// <summary>The small world's texts and tasks as a data root: the files of the originals on the hub, under their names and with their columns.</summary>
public static class SampleData
{
    /// <summary>Documents of a task's scored split.</summary>
    public const int ScoredDocuments = 150;

    private const int OtherDocuments = 100;
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes everything below <paramref name="root"/>.</summary>
    public static void Write(string root, BigInteger seed)
    {
        foreach (var (split, articles) in (ReadOnlySpan<(string, int)>)[("train", 1200), ("validation", 100), ("test", 200)])
        {
            var rows = Enumerable.Range(0, articles).SelectMany(number => SampleTexts.Article(seed, split, number));
            ParquetWriter.Write(Path.Combine(root, $"Salesforce/wikitext/wikitext-2-raw-v1/{split}-00000-of-00001.parquet"), ParquetColumn.Texts("text", [.. rows]));
        }

        WritePages(Path.Combine(root, "allenai/c4/en/c4-train.00000-of-01024.json.gz"), seed, "train", 3000);
        WritePages(Path.Combine(root, "allenai/c4/en/c4-validation.00000-of-00008.json.gz"), seed, "validation", 400);
        foreach (var task in SampleTasks.All)
        {
            foreach (var split in task.Splits)
            {
                var questions = task.Split(seed, split, split == task.Splits[^1] ? ScoredDocuments : OtherDocuments);
                ParquetWriter.Write(Path.Combine(root, task.Folder, $"{split}-00000-of-00001.parquet"), task.Columns(split, questions));
            }
        }
    }

    private static void WritePages(string path, BigInteger seed, string split, int count) => Durable.WriteFile(path, stream =>
    {
        using var zipped = new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true);
        using var writer = new StreamWriter(zipped, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        for (var number = 0; number < count; number++)
        {
            var row = new { text = SampleTexts.Page(seed, split, number), timestamp = "2019-04-20T00:00:00Z", url = $"https://samples.example/{split}/{number}" };
            writer.WriteLine(JsonSerializer.Serialize(row, Json));
        }
    });
}
