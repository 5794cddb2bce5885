using Harness.Data.Corpora;
using Harness.Data.Sampling;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Sampling;

public sealed class CalibrationSamplerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Draws_documents_until_one_is_longer_than_a_sample()
    {
        var corpus = Documents(10);

        var set = new CalibrationSampler().Draw(corpus, new WordEncoder(), new CalibrationRequest(3, 6, 0));

        set.Samples.ShouldBe(3);
        set.Length.ShouldBe(6);
        set.Ids.Length.ShouldBe(18);
        set.Hash.ShouldBe(ContentKey.OfIds(set.Ids));
        var random = new PythonRandom(0);
        foreach (var draw in set.Draws)
        {
            for (var i = 0; i < draw.RejectedBefore; i++)
            {
                random.Int(0, 9).ShouldBeLessThan(6);
            }

            random.Int(0, 9).ShouldBe(draw.Document!.Value);
            draw.Tokens.ShouldBe(draw.Document.Value + 1);
            random.Int(0, draw.Tokens - 7).ShouldBe(draw.Start);
        }
    }

    [Fact]
    public void Rejects_short_documents_without_tokenising_them_and_tokenises_others_once()
    {
        var encoder = new WordEncoder();

        new CalibrationSampler().Draw(Documents(10), encoder, new CalibrationRequest(200, 8, 0));

        // from 8 bytes on a document may have 9 tokens: six of the ten, though only two have
        encoder.Calls.ShouldBe(6);
    }

    [Fact]
    public void Keeps_drawing_where_only_one_document_in_a_thousand_is_long_enough()
    {
        var lines = Enumerable.Range(0, 2000).Select(i => Line(i is 77 or 1500 ? 40 : 10));
        var corpus = FileCorpus.ForCalibration(_folder.Gzip("rare.json.gz", string.Join('\n', lines)));

        var set = new CalibrationSampler().Draw(corpus, new WordEncoder(), new CalibrationRequest(128, 30, 3));

        set.Draws.ShouldAllBe(draw => draw.Document == 77 || draw.Document == 1500);
        set.Draws.Sum(draw => draw.RejectedBefore).ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public void Cuts_a_running_text_anywhere_but_at_its_very_end()
    {
        var corpus = FileCorpus.ForCalibration(_folder.Text("text.txt", string.Join(' ', Enumerable.Range(1, 100).Select(i => new string('a', i)))));

        var set = new CalibrationSampler().Draw(corpus, new WordEncoder(), new CalibrationRequest(4, 10, 42));

        var random = new PythonRandom(42);
        foreach (var (sample, draw) in set.Draws.Index())
        {
            draw.ShouldBe(new Draw(null, 101, (int)random.Int(0, 101 - 10 - 1), 0));
            set.Sample(sample).ToArray().ShouldBe(Enumerable.Range(draw.Start, 10));
        }
    }

    [Fact]
    public void Takes_known_samples_from_the_cache()
    {
        var (cache, encoder) = (_folder["cache"], new WordEncoder());
        var first = new CalibrationSampler(cache).Draw(Documents(10), encoder, new CalibrationRequest(3, 6, 0));
        var calls = encoder.Calls;

        var second = new CalibrationSampler(cache).Draw(Documents(10), encoder, new CalibrationRequest(3, 6, 0));

        encoder.Calls.ShouldBe(calls);
        second.Ids.ShouldBe(first.Ids);
        second.Draws.ShouldBe(first.Draws);
        new CalibrationSampler(cache).Draw(Documents(10), encoder, new CalibrationRequest(3, 6, 1)).Ids.ShouldNotBe(first.Ids);
        calls = encoder.Calls;
        new CalibrationSampler(cache).Draw(Documents(11), encoder, new CalibrationRequest(3, 6, 0));
        encoder.Calls.ShouldBeGreaterThan(calls);
    }

    [Fact]
    public void Draws_anew_where_the_cached_samples_are_damaged()
    {
        var cache = _folder["cache"];
        var first = new CalibrationSampler(cache).Draw(Documents(10), new WordEncoder(), new CalibrationRequest(3, 6, 0));
        var file = Directory.GetFiles(Path.Combine(cache, "calibration")).ShouldHaveSingleItem();

        foreach (var damage in new Func<string, string>[] { text => text[..40], text => text.Replace("\"Ids\":\"", "\"Ids\":\"AAAA"), _ => "{}" })
        {
            File.WriteAllText(file, damage(File.ReadAllText(file)));
            new CalibrationSampler(cache).Draw(Documents(10), new WordEncoder(), new CalibrationRequest(3, 6, 0)).Hash.ShouldBe(first.Hash);
        }
    }

    [Fact]
    public void Leaves_no_spooled_documents_behind()
    {
        var cache = _folder["cache"];
        new CalibrationSampler(cache).Draw(Documents(10), new WordEncoder(), new CalibrationRequest(3, 6, 0));

        Directory.GetFiles(cache).ShouldBeEmpty();
    }

    [Fact]
    public void Says_when_no_document_can_be_long_enough() =>
        Error(() => new CalibrationSampler().Draw(Documents(10), new WordEncoder(), new CalibrationRequest(1, 19, 0))).ShouldBe(
            "No document of documents.jsonl can have more than 19 tokens, as samples of 19 need: the longest of its 10 has 18 bytes, so the acceptance rate is 0 %. "
            + "Use a shorter length or a corpus of longer documents.");

    [Fact]
    public void Says_when_every_document_was_tried_in_vain() =>
        Error(() => new CalibrationSampler().Draw(Documents(10), new WordEncoder(), new CalibrationRequest(1, 16, 0))).ShouldBe(
            "No document of documents.jsonl has more than 16 tokens, as samples of 16 need: acceptance rate 0 % in 11 draws, "
            + "all 2 of 10 documents that might be long enough were tried, the longest has 10 tokens. "
            + "Use a shorter length or a corpus of longer documents.");

    [Fact]
    public void Says_when_there_are_no_documents() =>
        Error(() => new CalibrationSampler().Draw(Documents(0), new WordEncoder(), new CalibrationRequest(1, 8, 0))).ShouldBe(
            "documents.jsonl has no documents; samples of 8 tokens are to be drawn from them. Choose another corpus.");

    [Fact]
    public void Says_when_a_text_is_not_longer_than_a_sample() =>
        Error(() => new CalibrationSampler().Draw(
            FileCorpus.ForCalibration(_folder.Text("text.txt", "a b c")), new WordEncoder(), new CalibrationRequest(1, 4, 0))).ShouldBe(
            "text.txt has 4 tokens; samples of 4 need more than 4. Use a shorter length or a longer text.");

    [Fact]
    public void Refuses_to_draw_no_samples() =>
        Error(() => new CalibrationSampler().Draw(Documents(1), new WordEncoder(), new CalibrationRequest(0, 4, 0))).ShouldBe(
            "0 calibration samples of 4 tokens cannot be drawn; both numbers must be 1 or more, their product at most 2147483591.");

    public void Dispose() => _folder.Dispose();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;

    private static string Line(int words) => $$"""{"text": "{{string.Join(' ', Enumerable.Repeat("a", words))}}"}""";

    /// <summary>Document i has i words: i + 1 tokens and 2 i bytes.</summary>
    private Corpus Documents(int count) => FileCorpus.ForCalibration(_folder.Text(
        "documents.jsonl",
        string.Join('\n', Enumerable.Range(0, count).Select(i => $$"""{"text": "{{string.Concat(Enumerable.Range(i, i).Select(j => (char)('a' + (7 * j % 26)) + " "))}}"}"""))));
}
