namespace Harness.ZeroShot.Tasks;

/// <summary>The tasks by name.</summary>
public static class ChoiceTasks
{
    /// <summary>Stands for <see cref="Seven"/>.</summary>
    public const string GroupName = "zero-shot";

    private static readonly Dictionary<string, ChoiceTask> ByName = new ChoiceTask[]
    {
        new BoolQ(), new Rte(), new HellaSwag(), new Winogrande(), new ArcEasy(), new ArcChallenge(), new OpenBookQa(), new Piqa(),
    }.ToDictionary(task => task.Name);

    /// <summary>All of them, those of the papers first and in their order.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. ByName.Keys];

    /// <summary>The tasks whose mean accuracy the pruning papers print (Sun et al. 2023, table 2).</summary>
    public static IReadOnlyList<string> Seven { get; } = [.. Known.Take(7)];

    /// <summary>The task of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ChoiceTask Named(string name) => ByName.TryGetValue(name, out var task) ? task : throw Names.Unknown("task", name, Known);
}
