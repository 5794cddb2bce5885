using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.ZeroShot.Tasks;

namespace Harness.Cli.Jobs;

/// <summary>The datasets that have a name here: the corpora and those of the zero-shot tasks.</summary>
internal static class NamedDatasets
{
    private static readonly IReadOnlyList<DatasetSource> All = [.. NamedCorpus.Sources, .. ChoiceTasks.Known.Select(name => Of(ChoiceTasks.Named(name)))];

    /// <summary>Their names, and that of the group.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. All.Select(source => source.Name), ChoiceTasks.GroupName];

    /// <summary>What a name stands for; empty where it is none of them.</summary>
    public static IReadOnlyList<DatasetSource> Find(string name) =>
        [.. All.Where(source => name == ChoiceTasks.GroupName ? ChoiceTasks.Seven.Contains(source.Name) : source.Name == name)];

    // few-shot examples are drawn from the train split
    private static DatasetSource Of(ChoiceTask task) => new(task.Name, task.Repository, [], [.. new[] { task.Split, "train" }.Distinct().Select(split => (task.Folder, split))]);
}
