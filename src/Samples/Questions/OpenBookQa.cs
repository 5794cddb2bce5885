using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A sentence about one fact that lacks its end.</summary>
public sealed class OpenBookQa : LetteredTask
{
    private static readonly string[] Openers = ["", "Remember that ", "Everybody knows that ", "It is true that "];

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
        var said = Words.Fill(draws.Of(relation.Stems), subject);
        var (stem, choices) = (Words.Sentence(draws.Of(Openers) + said), Choose(draws, relation, subject, answer));
        return new Question(said, [stem], choices, answer, $"{stem} {choices[answer]}");
    }
}
