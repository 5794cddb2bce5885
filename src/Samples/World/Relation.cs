namespace Harness.Samples.World;

/// <summary>
/// Facts of one kind and how one speaks of them. In every pattern {0} is the subject, as a noun phrase in lower case, and {1} what is true of it.
/// </summary>
/// <param name="Name">For keys and errors: <c>eats</c>.</param>
/// <param name="Facts">Subject and value; the other facts' values are the wrong answers.</param>
/// <param name="Statements">Sentences that say it.</param>
/// <param name="Questions">Ask for the value, with the value as the answer.</param>
/// <param name="Claims">Ask whether it is {1}, to be answered by yes or no; without the question mark.</param>
/// <param name="Stems">Sentences that lack the value at their end.</param>
public sealed record Relation(
    string Name,
    IReadOnlyList<(string Subject, string Value)> Facts,
    IReadOnlyList<string> Statements,
    IReadOnlyList<string> Questions,
    IReadOnlyList<string> Claims,
    IReadOnlyList<string> Stems)
{
    /// <summary>Every value once.</summary>
    public IReadOnlyList<string> Values { get; } = [.. Facts.Select(fact => fact.Value).Distinct()];

    /// <summary>What is true of a subject.</summary>
    public string Of(string subject) => Facts.First(fact => fact.Subject == subject).Value;

    /// <summary>The fact as a sentence.</summary>
    public string Statement(Draws draws, string subject) => Words.Sentence(draws.Of(Statements), subject, Of(subject));
}
