using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>Four choices with letters, as ARC and OpenBookQA have them.</summary>
public abstract class LetteredTask : QuestionTask
{
    private static readonly string[] Letters = ["A", "B", "C", "D"];
    private static readonly string[] Openers = ["", "Tell me: ", "Who knows it? ", "Think of it. ", "Try this one. "];

    public sealed override IReadOnlyList<string> Splits => ["train", "validation", "test"];

    protected sealed override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
    [
        ParquetColumn.Texts("id", [.. Index(questions).Select(index => $"{Name}-{split}-{index}")]),
        ParquetColumn.Struct(
            "choices",
            ParquetColumn.TextLists("text", [.. questions.Select(question => question.Choices)]),
            ParquetColumn.TextLists("label", [.. questions.Select(_ => Letters)])),
        ParquetColumn.Texts("answerKey", [.. questions.Select(question => Letters[question.Answer])]),
    ];

    /// <summary>One of a relation's questions, about whoever is meant.</summary>
    private protected static Question Asked(Draws draws, Relation relation, string whom, IReadOnlyList<string> choices, int answer)
    {
        var question = draws.Of(Openers) + Words.Fill(draws.Of(relation.Questions), whom);
        return new Question(question, [question], choices, answer, $"Question: {question}\nAnswer: {choices[answer]}");
    }

    /// <summary>What is true of a subject among three values that are not.</summary>
    internal static IReadOnlyList<string> Choose(Draws draws, Relation relation, string subject, int answer) =>
        Placed(answer, relation.Of(subject), draws.Some([.. relation.Values.Where(value => value != relation.Of(subject))], 3));
}
