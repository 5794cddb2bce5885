using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A sentence about one fact that lacks its end.</summary>
public sealed class OpenBookQa : LetteredTask
{
    private static readonly string[] Openers = ["Remember that ", "Everybody knows that ", "It is true that ", "Nobody doubts that "];

    public override string Name => "openbookqa";

    public override string Folder => "allenai/openbookqa/main";

    protected override IReadOnlyList<string> PartNames => ["question_stem"];

    protected override Question Draw(Draws draws, int answer)
    {
        Relation relation;
        do
        {
            relation = Relations.Any(draws);
        }
        while (relation.Stems.Count == 0);

        var subject = draws.Of(relation.Facts).Subject;
        var stem = Words.Sentence(draws.Of(Openers) + Words.Fill(draws.Of(relation.Stems), subject));
        var choices = Choose(draws, relation, subject, answer);
        return new Question(stem, [stem], choices, answer, $"{stem} {choices[answer]}");
    }
}
