using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Corpora;

public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Joins_the_wikitext_rows_as_the_papers_do()
    {
        var text = Wikitext.Test(new DataRoot(ReferencePack.Path("data"))).Text();

        ContentKey.OfText(text).ShouldBe("696cca6b65a171b0a358a4be6732cdfdf2dd6164a32e20fd70e3c13fc4dfae83");
    }

    [Fact]
    public void Says_which_split_of_wikitext_is_missing_and_takes_no_other()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "Salesforce"));

        Error(() => Wikitext.Train(new DataRoot(_folder.Path))).ShouldBe(
            $"wikitext2 train not found: Salesforce/wikitext/wikitext-2-raw-v1/train-00000-of-00001.parquet is not in {_folder.Path}. "
            + $"Fetch it: harness download wikitext2 --data {_folder.Path}.");
    }

    [Fact]
    public void Calibrates_on_the_first_train_shard_of_c4()
    {
        _folder.Gzip("allenai/c4/en/c4-train.00000-of-01024.json.gz", "{\"text\":\"one \\u00e9\",\"url\":\"\"}\n{\"text\":\"two\"}\n");

        var corpus = C4.Train(new DataRoot(_folder.Path));

        Texts(corpus).ShouldBe(["one é", "two"]);
        corpus.Name.ShouldBe("c4 train");
        corpus.ContentHash(new FileHashes(null)).ShouldBe(ContentKey.OfFile(corpus.Files[0]));
    }

    [Fact]
    public void Scores_the_first_1100_validation_rows_of_c4()
    {
        _folder.Gzip("allenai/c4/en/c4-validation.00000-of-00008.json.gz", string.Concat(Enumerable.Range(0, 1200).Select(i => $"{{\"text\":\"{i}\"}}\n")));

        var corpus = C4.Validation(new DataRoot(_folder.Path));

        corpus.Text().ShouldBe(string.Join(' ', Enumerable.Range(0, 1100)));
        corpus.Windows.ShouldBe(256);
    }

    [Fact]
    public void Says_which_shard_of_c4_is_missing() =>
        Error(() => C4.Train(new DataRoot(_folder.Path))).ShouldBe(
            $"c4 train not found: allenai/c4/en/c4-train.00000-of-01024.json.gz is not in {_folder.Path}. Fetch it: harness download c4 --data {_folder.Path}.");

    [Fact]
    public void Reads_a_file_of_rows_as_documents()
    {
        var file = _folder.Text("own.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}");

        Texts(FileCorpus.ForCalibration(file).ShouldBeOfType<DocumentCorpus>()).ShouldBe(["a", "b"]);
        FileCorpus.ForEvaluation(file).Text().ShouldBe("a\n\nb");
    }

    [Fact]
    public void Reads_any_other_file_as_one_text()
    {
        FileCorpus.ForCalibration(_folder.Text("own.txt", "\u65e5\r\n a ")).ShouldBeOfType<TextCorpus>().Text().ShouldBe("\u65e5\r\n a ");
        FileCorpus.ForEvaluation(_folder.Gzip("own.txt.gz", "packed")).Text().ShouldBe("packed");
    }

    [Fact]
    public void Refuses_a_text_that_is_not_UTF_8()
    {
        var file = _folder.Bytes("own.txt", [0x61, 0xff, 0x61]);

        Error(() => FileCorpus.ForEvaluation(file).Text()).ShouldBe(
            $"{file} is not text in UTF-8: byte 2 belongs to no character. Convert it or choose another file.");
    }

    [Fact]
    public void Knows_corpora_by_name()
    {
        _folder.Gzip("allenai/c4/en/c4-train.00000-of-01024.json.gz", "{}");

        NamedCorpus.ForCalibration("c4", new DataRoot(_folder.Path)).Name.ShouldBe("c4 train");
        NamedCorpus.ForEvaluation(_folder.Text("own.txt", "a"), new DataRoot(_folder.Path)).Name.ShouldBe("own.txt");
    }

    [Fact]
    public void Trains_on_train_splits_and_measures_on_validation_splits()
    {
        _folder.Gzip("allenai/c4/en/c4-train.00000-of-01024.json.gz", "{\"text\":\"one\"}\n");
        _folder.Gzip("allenai/c4/en/c4-validation.00000-of-00008.json.gz", "{\"text\":\"two\"}\n{\"text\":\"three\"}\n");
        var root = new DataRoot(_folder.Path);

        Texts(NamedCorpus.ForTraining("c4", root).ShouldBeOfType<DocumentCorpus>()).ShouldBe(["one"]);
        Texts(NamedCorpus.ForTrainingEvaluation("c4", root).ShouldBeOfType<DocumentCorpus>()).ShouldBe(["two", "three"]);
    }

    [Fact]
    public void Trains_on_the_splits_of_wikitext()
    {
        var root = new DataRoot(ReferencePack.Path("data"));
        ReferencePack.Path("data", "Salesforce", "wikitext", "wikitext-2-raw-v1", "validation-00000-of-00001.parquet");

        var held = NamedCorpus.ForTrainingEvaluation("wikitext2", root).ShouldBeOfType<TextCorpus>();
        (held.Name, held.Reading).ShouldBe(("wikitext2 validation", "rows joined by a space"));
        held.Text().ShouldStartWith("  = Homarus gammarus = \n");
    }

    [Fact]
    public void Trains_on_instructions_and_files_whose_last_rows_are_held_out()
    {
        _folder.Text("yahma/alpaca-cleaned/alpaca_data_cleaned.json", "[{\"instruction\": \"a\"}, {\"instruction\": \"b\"}]");
        var root = new DataRoot(_folder.Path);

        var corpus = NamedCorpus.ForTraining("yahma/alpaca-cleaned", root).ShouldBeOfType<DocumentCorpus>();
        corpus.Name.ShouldBe("yahma/alpaca-cleaned train");
        corpus.Rows().Select(row => System.Text.Encoding.UTF8.GetString(row.Span)).ShouldBe(["{\"instruction\":\"a\"}", "{\"instruction\":\"b\"}"]);
        NamedCorpus.ForTrainingEvaluation("yahma/alpaca-cleaned", root).ShouldBeNull();
        var file = _folder.Text("own.txt", "a");
        NamedCorpus.ForTraining(file, root).Name.ShouldBe("own.txt");
        NamedCorpus.ForTrainingEvaluation(file, root).ShouldBeNull();
    }

    [Fact]
    public void Says_how_to_fetch_what_is_trained_on_and_which_names_there_are()
    {
        Error(() => NamedCorpus.ForTraining("yahma/alpaca-cleaned", new DataRoot(_folder.Path))).ShouldBe(
            $"yahma/alpaca-cleaned train not found: yahma/alpaca-cleaned/alpaca_data_cleaned.json is not in {_folder.Path}. Fetch it: harness download yahma/alpaca-cleaned --data {_folder.Path}.");
        Error(() => NamedCorpus.ForTraining("alpaca", new DataRoot(_folder.Path))).ShouldBe(
            "Unknown corpus 'alpaca'. Known: c4, the path of a file, wikitext2, yahma/alpaca-cleaned.");
    }

    [Fact]
    public void Suggests_the_nearest_name() =>
        Error(() => NamedCorpus.ForEvaluation("wikitext", new DataRoot(_folder.Path))).ShouldBe(
            "Unknown corpus 'wikitext'. Did you mean 'wikitext2'? Known: c4, the path of a file, wikitext2.");

    [Fact]
    public void Says_when_the_file_of_a_corpus_is_missing() =>
        Error(() => NamedCorpus.ForCalibration("texts/own.txt", new DataRoot(_folder.Path))).ShouldBe("texts/own.txt cannot be read: there is no such file.");

    public void Dispose() => _folder.Dispose();

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;

    private static IEnumerable<string> Texts(DocumentCorpus corpus) => corpus.Documents().Select(text => System.Text.Encoding.UTF8.GetString(text.Span));
}
