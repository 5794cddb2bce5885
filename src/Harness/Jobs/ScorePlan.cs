using Harness.Results;
using Harness.ZeroShot;
using Harness.ZeroShot.Tasks;

namespace Harness.Cli.Jobs;

/// <summary>What a user asked to have scored.</summary>
/// <param name="Length">Tokens of a window; null for each task's own.</param>
/// <param name="Limit">At most so many windows or documents of each; null for all.</param>
/// <param name="Protocol">Of tasks with choices; null for that of the papers.</param>
/// <param name="Shots">Few-shot examples in front of every document.</param>
/// <param name="Examples">A file to draw them from; null for each task's train split.</param>
internal sealed record ScorePlan(int? Length, int? Limit, string? Protocol, int? Shots, string? Examples)
{
    private static readonly string[] Texts = ["c4", "wikitext2"];

    /// <summary>The evaluations of a list like <c>wikitext2,boolq,notes.txt</c>; reads nothing yet.</summary>
    /// <exception cref="InputException">It names none, one twice or an unknown one, or an option belongs to no task of it.</exception>
    public IReadOnlyList<EvaluationPlan> Of(string list)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(name => name == ChoiceTasks.GroupName ? ChoiceTasks.Seven : [name]).ToArray();
        if (names.Length == 0)
        {
            throw new InputException("--tasks names no task. Give wikitext2, c4, boolq, the path of a file, or several with commas between.");
        }

        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"--tasks names {twice.Key} twice; name it once.");
        }

        var protocol = ZeroShotProtocol.Named(Protocol ?? ZeroShotProtocol.LmEvalV0.Name).Name;
        EvaluationPlan[] plans = [.. names.Select(name => new EvaluationPlan(Known(name), Length, Limit, ChoiceTasks.Known.Contains(name) ? protocol : null))];
        RefuseIdle(plans);
        return plans;
    }

    private void RefuseIdle(IReadOnlyList<EvaluationPlan> plans)
    {
        if (Shots is null && Examples is not null)
        {
            throw new InputException("--fewshot-file says where examples are drawn from, and none are wanted. Add --fewshot N.");
        }

        var given = Protocol is not null ? "--protocol" : Shots is not null ? "--fewshot" : null;
        if (given is not null && plans.All(plan => plan.Protocol is null))
        {
            throw new InputException($"{given} is for tasks with choices ({string.Join(", ", ChoiceTasks.Known)}), and --tasks names none. Leave it out.");
        }
    }

    private static string Known(string name) => Texts.Contains(name) || ChoiceTasks.Known.Contains(name) || File.Exists(name) || name.AsSpan().ContainsAny('/', '.')
        ? name
        : throw Names.Unknown("task", name, [.. Texts, .. ChoiceTasks.Known, ChoiceTasks.GroupName, "the path of a file"]);
}
