using Harness.Data.Corpora;
using Harness.Data.Sampling;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Sampling;

/// <summary>llmc's rules. Ten documents in the order of Dataset.shuffle(seed=42): 5 6 0 7 3 2 4 9 1 8.</summary>
public sealed class SamplingRuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Smooth_truncates_long_documents_and_keeps_short_ones()
    {
        var set = Draw("pileval_smooth", Documents(10), 4, 5);

        set.Draws.ShouldBe([new Draw(5, 6, 0, 0), new Draw(6, 7, 0, 0), new Draw(0, 1, 0, 0), new Draw(7, 8, 0, 0)]);
        set.Lengths.ShouldBe([5, 5, 1, 5]);
        (set.Samples, set.Length, set.Ids.Length).ShouldBe((4, 5, 16));
        set.Sample(2).ToArray().ShouldBe([0]);
        set.Sample(3).ToArray().ShouldBe([.. new WordEncoder().Encode(Text(7)).Take(5)]);
        set.Hash.ShouldBe(ContentKey.OfIds([.. set.Ids, 5, 5, 1, 5]));
    }

    [Fact]
    public void Smooth_with_samples_of_one_length_is_a_plain_set()
    {
        var set = Draw("pileval_smooth", Documents(10), 2, 5);

        set.Lengths.ShouldBeNull();
        set.Hash.ShouldBe(ContentKey.OfIds(set.Ids));
    }

    [Fact]
    public void General_passes_over_documents_shorter_than_a_sample()
    {
        var set = Draw("txt_general_preproc", Documents(10), 4, 6);

        set.Draws.ShouldBe([new Draw(5, 6, 0, 0), new Draw(6, 7, 0, 0), new Draw(7, 8, 0, 1), new Draw(9, 10, 0, 3)]);
        set.Lengths.ShouldBeNull();
        set.Ids.ShouldBe([.. new[] { 5, 6, 7, 9 }.SelectMany(document => new WordEncoder().Encode(Text(document)).Take(6))]);
    }

    [Fact]
    public void Only_general_takes_the_seed_of_the_request()
    {
        var order = new NumpyGenerator(7).Permutation(10).Where(document => document >= 5);

        Draw("general", Documents(10), 4, 6, 7).Draws.Select(draw => draw.Document!.Value).ShouldBe(order.Take(4));
        Draw("txt_general_preproc", Documents(10), 4, 6, 7).Ids.ShouldBe(Draw("txt_general_preproc", Documents(10), 4, 6, 8).Ids);
        Error(() => Draw("general", Documents(10), 4, 6, -1)).ShouldBe("Preproc general shuffles with numpy, which takes no seed below 0; -1 was given.");
    }

    [Fact]
    public void Gives_what_there_is_where_documents_run_out()
    {
        Draw("txt_general_preproc", Documents(10), 128, 9).Draws.Select(draw => draw.Document).ShouldBe([9, 8]);
        Error(() => Draw("txt_general_preproc", Documents(10), 128, 11)).ShouldBe(
            "None of the 10 rows of documents.jsonl has 11 tokens, as samples by txt_general_preproc need. Use a shorter length or a corpus of longer documents.");
    }

    [Fact]
    public void Awq_joins_short_documents_and_cuts_them_into_samples()
    {
        var set = Draw("pileval_awq", Documents(10), 4, 5);

        // documents 0, 3, 2 and 4 have 1 + 4 + 3 + 5 tokens
        set.Draws.ShouldBe([new Draw(null, 13, 0, 0), new Draw(null, 13, 5, 0)]);
        set.Ids.ShouldBe([.. new[] { 0, 3, 2, 4 }.SelectMany(document => new WordEncoder().Encode(Text(document))).Take(10)]);
        Error(() => Draw("pileval_awq", Documents(10), 1, 5)).ShouldBe(
            "1 rows of documents.jsonl that have at most 5 tokens have 1 together, and a sample needs 5. Use a shorter length or more samples.");
    }

    [Fact]
    public void Awq_strips_white_space_as_python_does()
    {
        var corpus = FileCorpus.ForCalibration(_folder.Text("spaces.jsonl", """{"text": "\u001f a b\u0085\n"}"""));

        Draw("pileval_awq", corpus, 1, 3).Ids.ShouldBe([0, 1, 2]);
    }

    [Theory]
    [InlineData("pileval_omni", 1000)]
    [InlineData("wikitext2_gptq", 1010)]
    public void Cuts_windows_anywhere_from_joined_rows(string rule, int rows)
    {
        var corpus = FileCorpus.ForCalibration(_folder.Text("rows.jsonl", string.Join('\n', Enumerable.Range(0, 1010).Select(_ => """{"text": " a b "}"""))));

        var set = Draw(rule, corpus, 3, 10, 42);

        // two words a row, the line feeds between two rows a word, and the begin token
        var random = new PythonRandom(42);
        foreach (var draw in set.Draws)
        {
            draw.ShouldBe(new Draw(null, 3 * rows, (int)random.Int(0, (3 * rows) - 11), 0));
        }
    }

    [Fact]
    public void Gptq_takes_a_document_of_exactly_a_sample_from_its_start()
    {
        var set = Draw("c4_gptq", Documents(10), 40, 9);

        var random = new PythonRandom(0);
        foreach (var draw in set.Draws)
        {
            for (var i = 0; i < draw.RejectedBefore; i++)
            {
                random.Int(0, 9).ShouldBeLessThan(8);
            }

            random.Int(0, 9).ShouldBe(draw.Document!.Value);
            draw.Start.ShouldBe(draw.Tokens == 9 ? 0 : (int)random.Int(0, draw.Tokens - 10));
        }

        set.Draws.Select(draw => draw.Tokens).Distinct().Order().ShouldBe([9, 10]);
        Error(() => Draw("c4_gptq", Documents(10), 1, 16)).ShouldStartWith("No document of documents.jsonl has 16 tokens or more, as samples of 16 need");
    }

    [Fact]
    public void Truncation_leaves_the_tokens_that_end_a_text() =>
        DrawWith(new EndingEncoder(), "pileval_smooth", Documents(10), 1, 4).Ids.ShouldBe([0, .. new WordEncoder().Encode(Text(5), addSpecialTokens: false).Take(2), 99]);

    [Fact]
    public void Refuses_a_text_without_rows() =>
        Error(() => Draw("pileval_smooth", FileCorpus.ForCalibration(_folder.Text("text.txt", "a b c")), 1, 2)).ShouldBe(
            "text.txt is one text, and preproc pileval_smooth takes rows. Give a file of rows (.jsonl, .json.gz, .parquet, .arrow) or a folder that datasets.save_to_disk has written.");

    [Fact]
    public void Refuses_a_corpus_without_documents() =>
        Error(() => Draw("pileval_smooth", Documents(0), 1, 2)).ShouldBe("documents.jsonl has no documents; samples of 2 tokens are to be drawn from them. Choose another corpus.");

    [Fact]
    public void Names_the_nearest_rule() =>
        Error(() => SamplingRule.Parse("pileval_smoth")).ShouldStartWith("Unknown preproc 'pileval_smoth'. Did you mean 'pileval_smooth'? Known: c4_gptq, general, papers,");

    [Fact]
    public void Keeps_every_rule_apart_in_the_cache_and_lengths_with_the_ids()
    {
        var sampler = new CalibrationSampler(_folder["cache"]);
        foreach (var rule in SamplingRule.All)
        {
            var request = new CalibrationRequest(4, 5, 0) { Rule = rule };
            var (first, encoder) = (sampler.Draw(Documents(10), new WordEncoder(), request), new WordEncoder());

            var second = sampler.Draw(Documents(10), encoder, request);

            encoder.Calls.ShouldBe(0);
            (second.Hash, second.Samples, second.Length).ShouldBe((first.Hash, first.Samples, first.Length));
            second.Lengths.ShouldBe(first.Lengths);
            second.Draws.ShouldBe(first.Draws);
        }

        Directory.GetFiles(_folder["cache/calibration"]).Length.ShouldBe(SamplingRule.All.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;

    private static CalibrationSet Draw(string rule, Corpus corpus, int samples, int length, int seed = 0) => DrawWith(new WordEncoder(), rule, corpus, samples, length, seed);

    private static CalibrationSet DrawWith(ITextEncoder encoder, string rule, Corpus corpus, int samples, int length, int seed = 0) =>
        new CalibrationSampler().Draw(corpus, encoder, new CalibrationRequest(samples, length, seed) { Rule = SamplingRule.Parse(rule) });

    /// <summary>Document i has i words: i + 1 tokens.</summary>
    private Corpus Documents(int count) => FileCorpus.ForCalibration(
        _folder.Text("documents.jsonl", string.Join('\n', Enumerable.Range(0, count).Select(i => $$"""{"text": "{{Text(i)}}"}"""))));

    private static string Text(int document) => string.Concat(Enumerable.Range(document, document).Select(word => (char)('a' + (7 * word % 26)) + " "));

    /// <summary>Ends every text with a token of its own.</summary>
    private sealed class EndingEncoder : ITextEncoder
    {
        private readonly WordEncoder _words = new();

        public string ContentKey => "ending";

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. _words.Encode(text, addSpecialTokens), .. addSpecialTokens ? [99] : Array.Empty<int>()];

        public long MaxTokens(long utf8Bytes) => utf8Bytes + 2;
    }
}
