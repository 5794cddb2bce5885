using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>A task with two answers about a passage of facts: a claim is one of them in other words, or wrong in one. Training texts make several claims about each passage.</summary>
public abstract class PassageTask : QuestionTask
{
    private const int MostClaims = 4;

    public sealed override int Choices => 2;

    /// <summary>How many facts a passage has, where so many are known of its subject.</summary>
    protected abstract int Facts { get; }

    /// <summary>What is answered: where a claim is right, and where it is wrong.</summary>
    protected abstract IReadOnlyList<string> Answers { get; }

    public sealed override string Text(Draws draws)
    {
        var told = Tell(draws);
        // all right claims about a passage may be held out, so the answer is drawn anew with the claim
        return told.Passage + string.Concat(Enumerable.Range(0, draws.Between(1, MostClaims)).Select(_ =>
            Drawn(heldOut: false, () => Ask(draws, told, draws.Below(Choices))).Solved[told.Passage.Length..]));
    }

    protected sealed override Question Draw(Draws draws, int answer) => Ask(draws, Tell(draws), answer);

    /// <summary>Patterns of a claim: {0} the subject, {1} what is said of it.</summary>
    protected abstract IReadOnlyList<string> Claims(Relation relation);

    /// <summary>The line behind <c>Question:</c>.</summary>
    protected abstract string Line(string claim);

    /// <summary>Passage and claim in the order of the columns.</summary>
    protected abstract IReadOnlyList<string> Parts(string passage, string claim);

    private Told Tell(Draws draws)
    {
        var first = Relations.Any(draws);
        var subject = draws.Of(first.Facts).Subject;
        Relation[] others = [.. Relations.All.Where(relation => relation != first && relation.Facts.Any(fact => fact.Subject == subject))];
        var told = draws.Shuffled([first, .. draws.Some(others, Math.Min(others.Length, Facts - 1))]);
        return new Told(subject, told, string.Join(' ', told.Select(relation => relation.Statement(draws, subject))));
    }

    private Question Ask(Draws draws, Told told, int answer)
    {
        var relation = draws.Of(told.Relations);
        var value = answer == 0 ? relation.Of(told.Subject) : draws.Besides(relation.Values, relation.Of(told.Subject));
        var claim = Words.Fill(draws.Of(Claims(relation)), told.Subject, value);
        return new Question($"{told.Passage} {claim}", Parts(told.Passage, claim), Answers, answer, $"{told.Passage}\nQuestion: {Line(claim)}\nAnswer: {Answers[answer]}");
    }

    private sealed record Told(string Subject, IReadOnlyList<Relation> Relations, string Passage);
}
