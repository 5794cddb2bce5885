using Harness.Data.Corpora;
using Harness.Data.Training;
using Harness.Tests.Shared;

namespace Harness.Data.Tests.Training;

public sealed class AlpacaRowsTests : IDisposable
{
    private const int Eos = 2;

    // as alpaca-lora's templates/alpaca.json has them
    private const string WithInput =
        "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n"
        + "### Instruction:\nAdd.\n\n### Input:\n1 and 2\n\n### Response:\n";

    private const string WithoutInput =
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nGreet {me}.\n\n### Response:\n";

    private const string Greeting = "{\"instruction\": \"Greet {me}.\", \"input\": \"\", \"output\": \"Hi\"}";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Asks_in_the_words_of_Alpaca()
    {
        AlpacaRows.Prompt("Add.", "1 and 2").ShouldBe(WithInput);
        AlpacaRows.Prompt("Greet {me}.", "").ShouldBe(WithoutInput);
    }

    [Fact]
    public void Learns_the_answer_and_the_end_behind_it_alone()
    {
        var set = Read("[" + Greeting + ", {\"id\": 7, \"output\": \"3\\n\", \"input\": \"1 and 2\", \"instruction\": \"Add.\"}]", 1000);

        set.Rows.ShouldBe(2);
        set.LeftOut.ShouldBe(0);
        set.Of(0).ToArray().ShouldBe([LetterEncoder.BosId, .. Letters(WithoutInput + "Hi"), Eos]);
        set.Row(0).ShouldBe(new TrainingRow(0, WithoutInput.Length + 4, WithoutInput.Length + 1));
        set.Row(0).Targets.ShouldBe(3);
        set.Of(1).ToArray().ShouldBe([LetterEncoder.BosId, .. Letters(WithInput + "3\n"), Eos]);
        set.Row(1).ShouldBe(new TrainingRow(WithoutInput.Length + 4, WithInput.Length + 4, WithInput.Length + 1));
        set.Length.ShouldBe(WithInput.Length + 4);
    }

    [Theory]
    [InlineData(4, 3, true)]
    [InlineData(3, 2, false)]
    [InlineData(2, 1, false)]
    public void Cuts_rows_to_the_length_and_ends_them_where_there_is_room(int beyondPrompt, int targets, bool ends)
    {
        var row = Read(Greeting, WithoutInput.Length + beyondPrompt);

        row.Row(0).Targets.ShouldBe(targets);
        (row.Ids[^1] == Eos).ShouldBe(ends);
    }

    [Fact]
    public void Adds_no_end_where_there_is_one_already_or_none_is_known()
    {
        Read("{\"instruction\": \"a\", \"input\": null, \"output\": \"b\\u0002\"}", 1000).Row(0).Targets.ShouldBe(2);
        Read(Greeting, 1000, eos: null).Row(0).Targets.ShouldBe(2);
    }

    [Fact]
    public void Leaves_out_and_counts_rows_in_which_nothing_is_learned()
    {
        var set = Read($"{{\"instruction\": \"{new string('x', 500)}\", \"input\": \"\", \"output\": \"no\"}}\n{Greeting}\n", 300);

        (set.Rows, set.LeftOut).ShouldBe((1, 1));
        set.Of(0).ToArray().ShouldBe([LetterEncoder.BosId, .. Letters(WithoutInput + "Hi"), Eos]);
    }

    [Fact]
    public void Learns_the_end_alone_where_there_is_no_answer() =>
        Read("{\"instruction\": \"a\", \"input\": \"\", \"output\": \"\"}", 1000).Row(0).Targets.ShouldBe(1);

    [Fact]
    public void Reads_no_more_rows_than_are_wanted() =>
        Read(string.Join('\n', Enumerable.Repeat(Greeting, 5)) + "\n{}", 1000, rows: 5).Rows.ShouldBe(5);

    [Theory]
    [InlineData("{\"instruction\": \"a\", \"output\": \"b\"}", " row 2 has no field 'input'.")]
    [InlineData("{\"instruction\": null, \"input\": \"\", \"output\": \"b\"}", " row 2: field 'instruction' is null, not text.")]
    [InlineData("{\"instruction\": \"a\", \"input\": \"\", \"output\": [\"b\"]}", " row 2: field 'output' is array, not text.")]
    public void Says_which_row_lacks_a_field(string row, string sentence) =>
        Error(() => Read($"{Greeting}\n{row}", 1000)).ShouldBe($"own.json{sentence} Rows with instruction, input and output were expected.");

    [Fact]
    public void Refuses_a_running_text_and_texts_without_an_answer_in_reach()
    {
        Error(() => AlpacaRows.Read(FileCorpus.ForCalibration(_folder.Text("own.txt", "a")), new LetterEncoder(), Eos, 8)).ShouldBe(
            "own.txt is a running text; rows with instruction, input and output were expected. Use --rows packed, or --corpus with a file of such rows.");
        Error(() => Read(Greeting, 40)).ShouldBe("own.json has 1 rows, and in none of them is an answer within its first 40 tokens. Use a larger --length.");
    }

    public void Dispose() => _folder.Dispose();

    private TrainingSet Read(string content, int length, int? eos = Eos, int? rows = null) =>
        AlpacaRows.Read(FileCorpus.ForCalibration(_folder.Text("own.json", content)), new LetterEncoder(), eos, length, rows);

    private static IEnumerable<int> Letters(string text) => text.Select(letter => (int)letter);

    private static string Error(Action action) => Should.Throw<InputException>(action).Message;
}
