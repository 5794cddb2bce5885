using Harness.Samples.World;

namespace Harness.Samples.Questions;

/// <summary>
/// A task with two answers about a passage, whose last sentence says that something is so, or that it is wrong; the claim says the one or the other of the same thing. Whether it is right depends on both: neither
/// passage nor claim alone tells. Training texts make several claims about a passage; no passage of the scored split is in them.
/// </summary>
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
        var told = TellKnown(draws);
        return told.Passage + string.Concat(Enumerable.Range(0, draws.Between(1, MostClaims)).Select(_ => Ask(draws, told, draws.Below(Choices)).Solved[told.Passage.Length..]));
    }

    /// <summary>One claim about a passage that training texts may have: what stands before the answer, and the answer.</summary>
    public (string Prompt, string Answer) Exercise(Draws draws)
    {
        var question = Ask(draws, TellKnown(draws), draws.Below(Choices));
        var answer = $" {question.Choices[question.Answer]}";
        return (question.Solved[..^answer.Length], answer);
    }

    protected sealed override Question Draw(Draws draws, int answer) => Ask(draws, Tell(draws), answer);

    /// <summary>A claim that something is so, or that it is wrong.</summary>
    protected abstract string Claim(Draws draws, Relation relation, string subject, string value, bool affirms);

    /// <summary>The line behind <c>Question:</c>.</summary>
    protected abstract string Line(string claim);

    /// <summary>Passage and claim in the order of the columns.</summary>
    protected abstract IReadOnlyList<string> Parts(string passage, string claim);

    /// <summary>A statement, or that it is wrong.</summary>
    protected static string Said(Draws draws, Relation relation, string subject, string value, bool affirms) =>
        (affirms ? "" : "it is wrong that ") + Words.Fill(draws.Of(relation.Statements), subject, value);

    private Told TellKnown(Draws draws)
    {
        Told told;
        do
        {
            told = Tell(draws);
        }
        while (IsHeldOut(told.Passage));
        return told;
    }

    private Told Tell(Draws draws)
    {
        var relation = Relations.Any(draws);
        var (subject, value) = draws.Of(relation.Facts);
        Relation[] others = [.. Relations.All.Where(other => other != relation && other.Facts.Any(fact => fact.Subject == subject))];
        var before = draws.Some(others, Math.Min(others.Length, Facts - 1)).Select(other => other.Statement(draws, subject));
        var holds = draws.Chance(50);
        value = holds ? value : draws.Besides(relation.Values, value);
        return new Told(subject, relation, value, holds, string.Join(' ', before.Append(Words.Sentence(Said(draws, relation, subject, value, holds)))));
    }

    private Question Ask(Draws draws, Told told, int answer)
    {
        var claim = Claim(draws, told.Relation, told.Subject, told.Value, affirms: told.Holds == (answer == 0));
        return new Question(told.Passage, Parts(told.Passage, claim), Answers, answer, $"{told.Passage}\nQuestion: {Line(claim)}\nAnswer: {Answers[answer]}");
    }

    private sealed record Told(string Subject, Relation Relation, string Value, bool Holds, string Passage);
}
