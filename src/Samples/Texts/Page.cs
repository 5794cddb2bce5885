using Harness.Samples.Questions;
using Harness.Samples.World;

namespace Harness.Samples.Texts;

/// <summary>
/// A document of the web of the small world: descriptions, stories, procedures and solved questions, a blank line between two. Questions that are scored later
/// are in none.
/// </summary>
internal static class Page
{
    // each kind as often as it stands here
    private static readonly Func<Draws, string>[] Kinds =
    [
        .. Enumerable.Repeat(Description, 4), .. Enumerable.Repeat(Facts, 6), Riddles, Riddles, Story, Routine,
        .. SampleTasks.All.SelectMany(task => Enumerable.Repeat(task.Text, task is LetteredTask ? 6 : 2)),
    ];

    /// <summary>Draws one.</summary>
    public static string Write(Draws draws) => string.Join("\n\n", Enumerable.Range(0, draws.Between(2, 12)).Select(_ => draws.Of(Kinds)(draws)));

    /// <summary>Much that is true of one animal, tool, job or citizen.</summary>
    private static string Description(Draws draws)
    {
        var relations = draws.Of<IReadOnlyList<Relation>>([Relations.OfAnimals, Relations.OfTools, Relations.OfJobs, Relations.OfCitizens]);
        var subject = draws.Of(relations[0].Facts).Subject;
        return string.Join(' ', draws.Some(relations, draws.Between(2, relations.Count)).Select(relation => relation.Statement(draws, subject)));
    }

    /// <summary>Facts of any kind.</summary>
    private static string Facts(Draws draws) => Several(draws, () =>
    {
        var relation = Relations.Any(draws);
        return relation.Statement(draws, draws.Of(relation.Facts).Subject);
    });

    /// <summary>Facts about animals and people that are not named.</summary>
    private static string Riddles(Draws draws) => Several(draws, () =>
    {
        var (phrase, subject, told) = Relations.Riddle(draws);
        return Words.Sentence(draws.Of(told.Statements), phrase, told.Of(subject));
    });

    private static string Several(Draws draws, Func<string> sentence) => string.Join(' ', Enumerable.Range(0, draws.Between(3, 6)).Select(_ => sentence()));

    private static string Story(Draws draws) => Scene.Draw(draws, draws.Between(1, 3)).Tell(draws);

    /// <summary>A whole procedure, whoever does it.</summary>
    private static string Routine(Draws draws)
    {
        var (procedure, person) = (draws.Of(Procedure.All), draws.Of(Person.All));
        return HellaSwag.Told("One day ", procedure, person, procedure.Steps.Count);
    }
}
