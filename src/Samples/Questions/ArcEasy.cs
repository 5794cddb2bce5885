using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>Asks for one fact, in words that no training text asks for it.</summary>
public sealed class ArcEasy : LetteredTask
{
    public override string Name => "arc_easy";

    public override string Folder => "allenai/ai2_arc/ARC-Easy";

    protected override IReadOnlyList<string> PartNames => ["question"];

    protected override Question Draw(Draws draws, int answer)
    {
        var relation = Relations.Any(draws);
        var subject = draws.Of(relation.Facts).Subject;
        var question = Words.Fill(draws.Of(relation.Questions), subject);
        var choices = Choose(draws, relation, subject, answer);
        return new Question(question, [question], choices, answer, $"Question: {question}\nAnswer: {choices[answer]}");
    }
}
