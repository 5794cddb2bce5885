using Harness.Data.Parquet;
using Harness.Samples.Texts;

namespace Harness.Samples.Questions;

/// <summary>A short premise about one person, and a claim that follows from it or does not.</summary>
public sealed class Rte : QuestionTask
{
    private static readonly string[] Premises =
    [
        "{0} has a {1} {2} in the {3}.", "In the {3} there is the {1} {2} of {0}.", "{0} went to the {3} and found a {1} {2}.", "The {2} that {0} bought in the {3} is {1}.",
    ];

    private static readonly string[] Claims = ["{0} has a {2}.", "The {2} of {0} is {1}.", "There is a {2} in the {3}.", "The {2} in the {3} is {1}.", "{0} was in the {3}."];

    public override string Name => "rte";

    public override string Folder => "nyu-mll/glue/rte";

    public override int Choices => 2;

    protected override IReadOnlyList<string> PartNames => ["sentence1", "sentence2"];

    protected override Question Draw(Draws draws, int answer)
    {
        var scene = Scene.Draw(draws, people: 1);
        var (premise, claim) = (scene.Claim(draws, holds: true, Premises), scene.Claim(draws, holds: answer == 0, Claims));
        return new Question($"{premise} {claim}", [premise, claim], ["True", "False"], answer, $"{premise}\nQuestion: {claim} True or False?\nAnswer: {(answer == 0 ? "True" : "False")}");
    }

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
        [ParquetColumn.Longs("label", [.. questions.Select(question => (long)question.Answer)]), ParquetColumn.Integers("idx", Index(questions))];
}
