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

    /// <summary>A claim about one of the people that holds, or that is wrong in one word.</summary>
    /// <param name="kinds">Patterns of {0} name, {1} colour, {2} thing, {3} place.</param>
    public string Claim(Draws draws, bool holds, IReadOnlyList<string> kinds)
    {
        var (told, pattern) = (draws.Of(Holdings), draws.Of(kinds));
        var claimed = told;
        if (!holds)
        {
            // wrong by what somebody else has as often as by what nobody has
            var others = Holdings.Where(other => other != told).ToList();
            var other = others.Count > 0 && draws.Chance(50) ? draws.Of(others) : Absent(draws);
            List<Func<Holding>> changes = [];
            Add("{1}", () => told with { Colour = other.Colour });
            Add("{2}", () => told with { Thing = other.Thing });
            Add("{3}", () => told with { Place = other.Place });
            claimed = draws.Of(changes)();

            void Add(string part, Func<Holding> change)
            {
                if (pattern.Contains(part, StringComparison.Ordinal))
                {
                    changes.Add(change);
                }
            }
        }

        return Fill(pattern, claimed.Who.Name, claimed.Colour, claimed.Thing, claimed.Place);
    }

    private Holding Absent(Draws draws) => new(
        Holdings[0].Who,
        draws.Besides(Plain.Colours, [.. Holdings.Select(holding => holding.Colour)]),
        draws.Besides(Plain.Things, [.. Holdings.Select(holding => holding.Thing)]),
        draws.Besides(Plain.Places, [.. Holdings.Select(holding => holding.Place)]));
}
