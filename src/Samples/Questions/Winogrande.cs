using Harness.Data.Parquet;
using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A sentence about two with a gap: what is said behind it is true of one of them. No training text says it of that pair.</summary>
public sealed class Winogrande : QuestionTask
{
    private static readonly string[] Pairs =
    [
        "{0} is not like {1}: _", "if you see {0} beside {1}, you know that _", "{0} and {1} are different, because _", "{0} met {1} one day, and only _",
    ];

    // what is said of the subject stands behind it
    private static readonly (Relation Relation, string Statement)[] Said =
    [
        .. Relations.OfAnimals.Concat(Relations.OfJobs).Concat(Relations.OfCitizens).Select(relation => (relation, relation.Statements.First(statement => statement.StartsWith("{0} ", StringComparison.Ordinal)))),
    ];

    public override string Name => "winogrande";

    public override string Folder => "allenai/winogrande/winogrande_xl";

    public override int Choices => 2;

    protected override IReadOnlyList<string> PartNames => ["sentence"];

    protected override Question Draw(Draws draws, int answer)
    {
        var (relation, statement) = draws.Of(Said);
        var meant = draws.Of(relation.Facts);
        var other = draws.Of([.. relation.Facts.Where(fact => fact.Value != meant.Value)]);
        var (first, second) = draws.Chance(50) ? (meant, other) : (other, meant);
        var rest = Words.Fill(statement, "", meant.Value);
        var sentence = Words.Sentence(draws.Of(Pairs), first.Subject, second.Subject) + rest;
        return new Question(
            $"{first.Subject} {second.Subject} {relation.Name}", [sentence], Placed(answer, meant.Subject, [other.Subject]), answer,
            sentence.Replace("_", meant.Subject, StringComparison.Ordinal));
    }

    protected override IEnumerable<ParquetColumn> Rest(string split, IReadOnlyList<Question> questions) =>
    [
        ParquetColumn.Texts("option1", [.. questions.Select(question => question.Choices[0])]),
        ParquetColumn.Texts("option2", [.. questions.Select(question => question.Choices[1])]),
        ParquetColumn.Texts("answer", [.. questions.Select(question => $"{question.Answer + 1}")]),
    ];
}
