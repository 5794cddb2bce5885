namespace Harness.Samples.Questions;

/// <summary>All tasks of the small world: a new one is a file beside this and an entry here.</summary>
public static class SampleTasks
{
    /// <summary>In the papers' order.</summary>
    public static IReadOnlyList<QuestionTask> All { get; } = [new BoolQ(), new Rte(), new HellaSwag(), new Winogrande(), new ArcEasy(), new ArcChallenge(), new OpenBookQa()];
}
