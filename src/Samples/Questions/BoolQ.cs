using Harness.Data.Parquet;
using Harness.Samples.Texts;

namespace Harness.Samples.Questions;

/// <summary>A passage about two people and their things, and a question that only the passage answers.</summary>
public sealed class BoolQ : QuestionTask
{
    private static readonly string[] Kinds = ["does {0} have the {2}", "is the {2} of {0} {1}", "is the {2} in the {3}", "is there a thing that is {1}", "is there something in the {3}"];

    public override string Name => "boolq";

    public override string Folder => "aps/super_glue/boolq";

    public override int Choices => 2;

    protected override IReadOnlyList<string> PartNames => ["question", "passage"];

    protected override Question Draw(Draws draws, int answer)
    {
        var scene = Scene.Draw(draws, people: 2);
        var (passage, question) = (scene.Tell(draws), Asked(draws, scene, answer == 0));
        return new Question($"{passage} {question}", [question, passage], ["yes", "no"], answer, $"{passage}\nQuestion: {question}?\nAnswer: {(answer == 0 ? "yes" : "no")}");
    }

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
        [ParquetColumn.Integers("idx", Index(questions)), ParquetColumn.Longs("label", [.. questions.Select(question => 1L - question.Answer)])];

    // the last two kinds ask for what is there at all: what somebody else has would make them right
    private static string Asked(Draws draws, Scene scene, bool holds)
    {
        string question;
        do
        {
            question = scene.Claim(draws, holds, Kinds);
        }
        while (!holds && question.StartsWith("is there", StringComparison.Ordinal) && scene.Holdings.Any(holding => question.EndsWith($" {holding.Colour}", StringComparison.Ordinal) || question.EndsWith($" {holding.Place}", StringComparison.Ordinal)));
        return question;
    }
}
