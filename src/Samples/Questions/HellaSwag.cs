using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>The beginning of a procedure, and four steps: the next one, two of the same procedure at the wrong time, one of another.</summary>
public sealed class HellaSwag : QuestionTask
{
    private static readonly string[] Times = ["", "", "In the morning ", "After lunch ", "On Monday ", "In the evening "];

    public override string Name => "hellaswag";

    public override string Folder => "Rowan/hellaswag/data";

    protected override IReadOnlyList<string> PartNames => ["activity_label", "ctx_a", "ctx_b", "ctx"];

    protected override Question Draw(Draws draws, int answer)
    {
        var (procedure, person) = (draws.Of(Procedure.All), draws.Of(Person.All));
        var shown = draws.Between(2, procedure.Steps.Count - 2);
        var begin = Told(draws.Of(Times), procedure, person, shown);
        string[] wrong =
        [
            .. draws.Some([.. procedure.Steps.Where((_, step) => step != shown)], 2),
            draws.Of(draws.Besides(Procedure.All, procedure).Steps),
        ];
        var endings = Placed(answer, procedure.Steps[shown] + ".", draws.Shuffled(wrong).Select(step => step + "."));
        return new Question(
            $"{procedure.Name}: {person.Name}",
            [procedure.Name, begin, person.She, $"{begin} {person.She}"],
            endings,
            answer,
            $"{procedure.Name}: {begin} {Words.Sentence(person.She)} {endings[answer]}");
    }

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
    [
        ParquetColumn.Integers("ind", Index(questions)),
        ParquetColumn.TextLists("endings", [.. questions.Select(question => question.Choices)]),
        ParquetColumn.Texts("source_id", [.. Index(questions).Select(index => $"samples~{index}")]),
        ParquetColumn.Texts("split", [.. questions.Select(_ => split)]),
        ParquetColumn.Texts("split_type", [.. questions.Select(_ => "indomain")]),
        ParquetColumn.Texts("label", [.. questions.Select(question => $"{question.Answer}")]),
    ];

    /// <summary>The first steps of a procedure as sentences.</summary>
    internal static string Told(string time, Procedure procedure, Person person, int steps) => string.Join(
        ' ', procedure.Steps.Take(steps).Select((step, index) => $"{(index == 0 ? time + person.Name : Words.Sentence(person.She))} {step}."));
}
