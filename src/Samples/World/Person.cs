namespace Harness.Samples.World;

/// <summary>A first name: of the people in stories, where nothing is true beyond the story at hand, and of citizens.</summary>
/// <param name="Name">First name.</param>
/// <param name="She">The pronoun: she or he.</param>
public sealed record Person(string Name, string She)
{
    /// <summary>Her or his.</summary>
    public string Her => She == "she" ? "her" : "his";

    /// <summary>All first names there are.</summary>
    public static IReadOnlyList<Person> All { get; } =
    [
        .. new[] { "Anna", "Mila", "Lena", "Rosa", "Clara", "Nora", "Emma", "Ida", "Vera", "Jane", "Lucy", "Maria" }.Select(name => new Person(name, "she")),
        .. new[] { "Tom", "Ben", "Paul", "Jack", "Otto", "Hugo", "Max", "Karl", "Leo", "Sam", "Peter", "David" }.Select(name => new Person(name, "he")),
    ];

    /// <summary>Family names of citizens.</summary>
    public static IReadOnlyList<string> Families { get; } = ["Stone", "Hill", "Wood", "Brook", "Field", "Marsh", "Lake", "Reed", "North", "West", "Summers", "Frost"];

    /// <summary>Where citizens live.</summary>
    public static IReadOnlyList<string> Towns { get; } = ["Rivertown", "Oakford", "Millbrook", "Stonebridge", "Highfield", "Westport", "Newhaven", "Ashton", "Elmwood", "Fairview"];
}
