using static Harness.Samples.Words;

namespace Harness.Samples.World;

/// <summary>A person of whom facts are known, the same whatever the seed of the texts.</summary>
/// <param name="Name">First name and family name.</param>
/// <param name="Town">Where the home is.</param>
/// <param name="Job">With its article.</param>
/// <param name="Pet">An animal, with its article.</param>
/// <param name="Colour">That is liked best.</param>
public sealed record Citizen(string Name, string Town, string Job, string Pet, string Colour)
{
    private const int Count = 40;

    /// <summary>All citizens there are.</summary>
    public static IReadOnlyList<Citizen> All { get; } = Settle(new Draws(0, "citizens"));

    private static Citizen[] Settle(Draws draws) =>
    [
        .. draws.Some([.. from person in Person.All from family in Person.Families select $"{person.Name} {family}"], Count)
            .Select(name => new Citizen(name, draws.Of(Person.Towns), A(draws.Of(World.Job.All).Name), A(draws.Of(Animal.All).Name), draws.Of(Plain.Colours))),
    ];
}
