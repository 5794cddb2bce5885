using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A sentence with a gap that one of two fills: the reason behind the gap says which.</summary>
public sealed class Winogrande : QuestionTask
{
    private static readonly string[] Leads = ["", "", "Yesterday ", "On Sunday ", "One day ", "Last week "];

    public override string Name => "winogrande";

    public override string Folder => "allenai/winogrande/winogrande_xl";

    public override int Choices => 2;

    protected override IReadOnlyList<string> PartNames => ["sentence"];

    protected override Question Draw(Draws draws, int answer)
    {
        var schema = draws.Of(Schema.All);
        var two = schema.IsOfThings ? draws.Some(Plain.Things, 2) : [.. draws.Some(Person.All, 2).Select(person => person.Name)];
        var blamed = draws.Below(2);
        var reason = draws.Of(blamed == 0 ? schema.First : schema.Second);
        var told = Words.Fill(schema.Pattern, two[0], two[1]);
        var sentence = $"{Words.Sentence(draws.Of(Leads) + told)} _ {reason}.";
        return new Question($"{told} {reason}", [sentence], Placed(answer, two[blamed], [two[1 - blamed]]), answer, sentence.Replace("_", two[blamed], StringComparison.Ordinal));
    }

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
    [
        ParquetColumn.Texts("option1", [.. questions.Select(question => question.Choices[0])]),
        ParquetColumn.Texts("option2", [.. questions.Select(question => question.Choices[1])]),
        ParquetColumn.Texts("answer", [.. questions.Select(question => $"{question.Answer + 1}")]),
    ];
}
