using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>Asks in two steps: who is meant, and what is true of it. No training text asks for that pair of facts.</summary>
public sealed class ArcChallenge : LetteredTask
{
    public override string Name => "arc_challenge";

    public override string Folder => "allenai/ai2_arc/ARC-Challenge";

    protected override IReadOnlyList<string> PartNames => ["question"];

    protected override Question Draw(Draws draws, int answer)
    {
        var (first, phrase) = draws.Of(Relations.Hints);
        var family = Relations.OfAnimals.Any(relation => relation.Name == first) ? Relations.OfAnimals : Relations.OfJobs;
        var (hint, asked) = (family.First(relation => relation.Name == first), draws.Of([.. family.Where(relation => relation.Name != first)]));
        var subject = draws.Of(hint.Facts).Subject;
        var question = Words.Fill(draws.Of(asked.Questions), Words.Fill(phrase, hint.Of(subject)));
        var choices = Choose(draws, asked, subject, answer);
        return new Question($"{hint.Name} {subject} {asked.Name}", [question], choices, answer, $"Question: {question}\nAnswer: {choices[answer]}");
    }
}
