using System.Text.Json;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Tasks;

namespace Harness.ZeroShot.Tests;

/// <summary>How rows become documents, and what of them is refused.</summary>
public sealed class TaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hellaswag_is_cleaned_as_python_does_it()
    {
        var document = Read("hellaswag", new
        {
            activity_label = "ǆiving",
            ctx_a = " A man[header] stands.",
            ctx_b = "ΟΔΟΣ [a]İs   HERE",
            endings = new[] { "one [title] two", "\u001c three \u0085", "four [x\ny] five", "si\u0078 😀 " },
            label = "2",
        }).Single();

        document.Answer.ShouldBe(2);
        document.Choices.ShouldAllBe(choice => choice.Context == "ǆiving:  A man stands. Οδος i\u0307s  here".Replace(":  A", ": A"));
        document.Choices.Select(choice => choice.Continuation).ShouldBe([" one. two", " three", " four [x\ny] five", " six 😀"]);
        document.Choices.Select(choice => choice.Characters).ShouldBe([8, 5, 15, 5]);
    }

    [Theory]
    [InlineData("straße", "Straße")]
    [InlineData("ßa", "Ssa")]
    [InlineData("ﬁNE", "Fine")]
    [InlineData("ǆUNGLE", "ǅungle")]
    [InlineData("éCOLE", "École")]
    [InlineData("ΣΑΣ ΣΣ. Σ", "Σας σς. σ")]
    [InlineData("", "")]
    public void Capitalizes_as_python_does_it(string text, string capitalized) =>
        Read("hellaswag", new { activity_label = "x", ctx_a = "y", ctx_b = text, endings = new[] { "a" }, label = 0 }).Single().Choices[0].Context.ShouldBe($"x: y {capitalized}".TrimEnd());

    [Fact]
    public void Arc_takes_letters_and_numbers_for_answers()
    {
        var choices = new { text = new[] { "a", "b", "c" }, label = new[] { "1", "2", "3" } };

        Read("arc_easy", new { question = "q", choices, answerKey = "3" }, new { question = "q", choices, answerKey = "B" }).Select(document => document.Answer).ShouldBe([2, 1]);
    }

    [Fact]
    public void Boolq_says_no_in_a_tie()
    {
        var task = ChoiceTasks.Named("boolq");

        task.Label(task.Pick([-1, -1])).ShouldBe(0);
        task.Label(task.Pick([-1, -1.5])).ShouldBe(1);
        ChoiceTasks.Named("rte").Pick([-1, -1]).ShouldBe(0);
        ChoiceTasks.Named("piqa").Pick([-2, -1, -1]).ShouldBe(1);
    }

    [Fact]
    public void Accuracy_counts_ties_and_gives_its_error()
    {
        var task = ChoiceTasks.Named("piqa");
        Document[] documents = [.. Enumerable.Range(0, 4).Select(row => new Document(row, 0, [new("c", " aa"), new("c", " aaaa")]))];
        double[][] likelihoods = [[-1, -1], [-2, -4], [-3, -2], [-1, -5]];
        var requests = documents.Select(_ => new Requests.Request[] { new([1], [1], 1, true), new([1], [], 1, false) }).ToArray();

        var score = ChoiceScore.Of(task, documents, requests, [.. likelihoods.Select(document => document.Select(value => new RequestScore(value, false)).ToArray())]);

        (score.Accuracy.Value, score.Accuracy.Ties).ShouldBe((0.75, 1));
        score.Accuracy.Error.ShouldBe(0.25, 1e-12);
        score.Norm.ShouldNotBeNull();
        (score.Norm.Value, score.Norm.Ties).ShouldBe((0.5, 1)); // the second ties at −1 a character
        (score.Truncated, score.Empty).ShouldBe((4, 4));
        score.Documents.Select(document => (document.Pred, document.PredNorm)).ShouldBe([(0, 1), (0, 0), (1, 1), (0, 0)]);
    }

    [Theory]
    [InlineData("boolq", """{"passage": "p", "label": 1}""", "FILE row 1 has no column 'question', which boolq reads. Its columns: passage, label.")]
    [InlineData("boolq", """{"passage": "p", "question": "q", "label": "yes"}""", "FILE row 1: column 'label' is \"yes\"; boolq needs a label from 0 to 1. Is it a split of boolq with answers?")]
    [InlineData("rte", """{"sentence1": 3, "sentence2": "q", "label": 0}""", "FILE row 1: column 'sentence1' is 3; rte needs a text. Is it a split of rte with answers?")]
    [InlineData("piqa", """{"goal": "g", "sol1": "a", "sol2": " ", "label": 0}""", "FILE row 1: a choice in column 'sol2' is empty; piqa cannot score it. Remove the row.")]
    [InlineData("piqa", """{"goal": "g", "sol1": "a", "sol2": "b", "label": -1}""", "FILE row 1: column 'label' is -1; piqa needs a label from 0 to 1. Is it a split of piqa with answers?")]
    [InlineData("winogrande", """{"sentence": "no gap", "option1": "a", "option2": "b", "answer": "1"}""", "FILE row 1: column 'sentence' is \"no gap\"; winogrande needs a gap '_' and words behind it. Is it a split of winogrande with answers?")]
    [InlineData("winogrande", """{"sentence": "a _ b", "option1": "a", "option2": "b", "answer": ""}""", "FILE row 1: column 'answer' is \"\"; winogrande needs 1 or 2. Is it a split of winogrande with answers?")]
    [InlineData("openbookqa", """{"question_stem": "q", "choices": {"text": []}, "answerKey": "A"}""", "FILE row 1: column 'choices.text' is []; openbookqa needs a list of texts. Is it a split of openbookqa with answers?")]
    [InlineData("arc_easy", """{"question": "q", "choices": {"text": ["a", "b"]}, "answerKey": "C"}""", "FILE row 1: column 'answerKey' is \"C\"; arc_easy needs a letter from A to B. Is it a split of arc_easy with answers?")]
    [InlineData("arc_easy", """{"question": "q", "choices": ["a", "b"], "answerKey": "A"}""", "FILE row 1 has no column 'choices.text', which arc_easy reads. Its columns: question, choices, answerKey.")]
    [InlineData("hellaswag", "", "FILE has no rows; hellaswag needs one or more. Fetch the file again.")]
    public void Refuses_rows_in_a_sentence(string task, string row, string sentence)
    {
        var file = _folder.Write("rows.jsonl", row + "\n");

        Should.Throw<InputException>(() => new TaskFiles(ChoiceTasks.Named(task), "validation", [file]).Read()).Message.ShouldBe(sentence.Replace("FILE", file));
    }

    private IReadOnlyList<Document> Read(string task, params object[] rows) => new TaskFiles(
        ChoiceTasks.Named(task), "validation", [_folder.Write("rows.jsonl", string.Concat(rows.Select(row => JsonSerializer.Serialize(row) + "\n")))]).Read();
}
