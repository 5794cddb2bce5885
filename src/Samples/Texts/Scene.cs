using Harness.Samples.World;
using static Harness.Samples.Words;

namespace Harness.Samples.Texts;

/// <summary>Somebody who has a thing somewhere.</summary>
internal sealed record Holding(Person Who, string Colour, string Thing, string Place);

/// <summary>A few people, each with a thing of some colour in some place: all different. Nothing in it is true beyond it.</summary>
internal sealed record Scene(IReadOnlyList<Holding> Holdings)
{
    /// <summary>Draws one of so many people.</summary>
    public static Scene Draw(Draws draws, int people)
    {
        var (who, colours) = (draws.Some(Person.All, people), draws.Some(Plain.Colours, people));
        var (things, places) = (draws.Some(Plain.Things, people), draws.Some(Plain.Places, people));
        return new Scene([.. Enumerable.Range(0, people).Select(i => new Holding(who[i], colours[i], things[i], places[i]))]);
    }

    /// <summary>Tells all of it: who has what, and where it is.</summary>
    public string Tell(Draws draws) => string.Join(' ', Holdings.Select(holding => Has(draws, holding)).Concat(draws.Shuffled([.. Holdings.Select(holding => IsIn(draws, holding))])));

    private static string Has(Draws draws, Holding holding) => Fill(
        draws.Of(["{0} has {1} {2}.", "{0} owns {1} {2}.", "There is {0} with {1} {2}."]), holding.Who.Name, A(holding.Colour), holding.Thing);

    private static string IsIn(Draws draws, Holding holding) => Fill(
        draws.Of(["The {1} is in the {2}.", "{0} keeps the {1} in the {2}.", "The {1} of {0} is in the {2}."]), holding.Who.Name, holding.Thing, holding.Place);
}
