using System.Text.Json;

namespace Harness.Results;

internal sealed partial class GridReader
{
    /// <summary>A task's or a group's name, or an object with <c>task</c>, <c>length</c>, <c>limit</c> and, of tasks with choices, <c>protocol</c>; a group is several plans.</summary>
    private IEnumerable<EvaluationPlan> Evaluations(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Text(element, path, "a task's name in quotes, or an object with \"task\", \"length\" and \"limit\"") is { } name && IsKnown("task", name, Tasks, path)
                ? Plans(name, null, null, null)
                : [];
        }

        var given = StrictObject.Open(element, path, problems)!;
        var task = Word(given, "task", "task", Tasks, missing: "Name what to measure, such as \"wikitext2\".");
        var protocol = Word(given, "protocol", "protocol", words.Protocols);
        var plans = Plans(task ?? "", given.Whole("length", least: 2), given.Whole("limit", least: 1), protocol);
        given.Close();
        if (protocol is not null && words.Tasks.Contains(task))
        {
            problems.Add(given.PathOf("protocol"), $"{task} is a text, scored by its perplexity. Leave \"protocol\" out.");
        }

        return task is null ? [] : plans;
    }

    private IReadOnlyCollection<string> Tasks => [.. words.Tasks, .. words.ChoiceTasks, .. words.TaskGroups.Keys];

    private IEnumerable<EvaluationPlan> Plans(string task, int? length, int? limit, string? protocol) => words.Tasks.Contains(task)
        ? [new EvaluationPlan(task, length, limit)]
        : words.TaskGroups.GetValueOrDefault(task, [task]).Select(name => new EvaluationPlan(name, length, limit, protocol ?? words.Protocols.FirstOrDefault()));
}
