using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>Asks for one fact.</summary>
public sealed class ArcEasy : LetteredTask
{
    public override string Name => "arc_easy";

    public override string Folder => "allenai/ai2_arc/ARC-Easy";

    protected override IReadOnlyList<string> PartNames => ["question"];

    protected override Question Draw(Draws draws, int answer)
    {
        var relation = Relations.Any(draws);
        var subject = draws.Of(relation.Facts).Subject;
        return Asked(draws, relation, subject, Choose(draws, relation, subject, answer), answer);
    }
}
