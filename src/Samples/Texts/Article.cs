using Harness.Samples.World;
using static Harness.Samples.Words;

namespace Harness.Samples.Texts;

/// <summary>An article of the small world's encyclopedia as WikiText has them: a line is a row, with a space at both ends, headings between equals signs, blank rows around them.</summary>
internal static class Article
{
    /// <summary>Draws one; its rows in order, each with its line feed, the blank ones empty.</summary>
    public static IReadOnlyList<string> Write(Draws draws) => draws.Of<Func<Draws, IReadOnlyList<string>>>([OfAnimal, OfCitizen, OfCitizen, OfTown])(draws);

    private static IReadOnlyList<string> OfAnimal(Draws draws)
    {
        var animal = draws.Of(Animal.All);
        var subject = A(animal.Name);
        var told = draws.Shuffled(Relations.OfAnimals).Select(relation => relation.Statement(draws, subject)).ToList();
        return
        [
            .. Heading(1, animal.Name), Line($"{Sentence(subject)} is {A(animal.Size)} animal. {string.Join(' ', told.Take(3))}"),
            .. Heading(2, "Life"), Line(string.Join(' ', told.Skip(3))),
        ];
    }

    private static IReadOnlyList<string> OfCitizen(Draws draws)
    {
        var (name, born) = (draws.Of(Citizen.All).Name, draws.Between(1850, 1949));
        var told = draws.Shuffled(Relations.OfCitizens).Select(relation => relation.Statement(draws, name)).ToList();
        return
        [
            .. Heading(1, name), Line($"{name} ( born {born} ) is well @-@ known. {string.Join(' ', told.Take(2))}"),
            .. Heading(2, "Life"), Line(string.Join(' ', told.Skip(2))),
        ];
    }

    private static IReadOnlyList<string> OfTown(Draws draws)
    {
        var (town, people) = (draws.Of(Person.Towns), draws.Between(1, 40));
        var jobs = draws.Some(Job.All, 2);
        return
        [
            .. Heading(1, town),
            Line($"{town} is a town of {people} @,@ {draws.Between(100, 999)} people. It has {A(draws.Of(Plain.Places))} and {A(draws.Of(Plain.Places))}."),
            .. Heading(2, "People"),
            Line(string.Join(' ', jobs.Select(job => $"There is {A(job.Name)} who works in the {job.Place} and {job.Work}."))),
        ];
    }

    private static string[] Heading(int level, string text) => ["", $" {string.Join(' ', Enumerable.Repeat("=", level))} {Sentence(text)} {string.Join(' ', Enumerable.Repeat("=", level))} \n", ""];

    /// <summary>Points and commas stand alone, as WikiText has them.</summary>
    private static string Line(string text) => $" {text.Replace(".", " .", StringComparison.Ordinal).Replace(", ", " , ", StringComparison.Ordinal)} \n";
}
