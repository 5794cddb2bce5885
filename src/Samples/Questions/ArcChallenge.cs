using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>Asks in two steps: who is meant, and what is true of it.</summary>
public sealed class ArcChallenge : LetteredTask
{
    public override string Name => "arc_challenge";

    public override string Folder => "allenai/ai2_arc/ARC-Challenge";

    protected override IReadOnlyList<string> PartNames => ["question"];

    protected override Question Draw(Draws draws, int answer)
    {
        var (phrase, subject, asked) = Relations.Riddle(draws);
        return Asked(draws, asked, phrase, Choose(draws, asked, subject, answer), answer);
    }
}
