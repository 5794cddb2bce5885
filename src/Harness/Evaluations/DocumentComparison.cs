using System.Globalization;
using System.Text.Json.Serialization;
using Harness.Cli.Jobs;
using Harness.Data;
using Harness.Results;

namespace Harness.Cli.Evaluations;

/// <summary>On which documents two models differ.</summary>
/// <param name="A">The first file.</param>
/// <param name="B">The second file.</param>
/// <param name="Tasks">Counts for each task, protocol and metric that both have.</param>
/// <param name="Documents">Those that are decided differently.</param>
internal sealed record DocumentComparison(string A, string B, IReadOnlyList<TaskDifference> Tasks, IReadOnlyList<DocumentDifference> Documents)
{
    /// <summary>Reads and compares two files.</summary>
    /// <exception cref="InputException">One cannot be read, or they have no document in common.</exception>
    public static DocumentComparison Of(string a, string b)
    {
        var (first, second) = (ByPlace(a), ByPlace(b));
        var pairs = first.Where(record => second.ContainsKey(record.Key)).Select(record => (A: record.Value, B: second[record.Key])).ToList();
        if (pairs.Count == 0)
        {
            throw new InputException($"{a} and {b} have no document in common: the same task, protocol and row. Write both with the same --tasks and --protocol.");
        }

        if (pairs.FirstOrDefault(pair => pair.A.Gold != pair.B.Gold) is { A: { } strange })
        {
            throw new InputException($"{a} and {b} disagree on the right answer of {strange.Task} row {strange.Row}: they were scored on different data. Score both on the same files.");
        }

        var decisions = pairs.SelectMany(pair => Decisions(pair.A, pair.B)).ToList();
        return new DocumentComparison(
            a,
            b,
            [.. decisions.GroupBy(decision => (decision.Task, decision.Metric)).Select(group => new TaskDifference(
                group.Key.Task,
                group.Key.Metric,
                group.Count(),
                group.Count(decision => decision.A != decision.B),
                group.Count(decision => decision.A == decision.Gold && decision.B != decision.Gold),
                group.Count(decision => decision.B == decision.Gold && decision.A != decision.Gold)))],
            [.. decisions.Where(decision => decision.A != decision.B)]);
    }

    /// <summary>The documents, a line each, and the counts.</summary>
    public void Write(TextWriter writer)
    {
        if (Documents.Count > 0)
        {
            var table = new TextTable("task", "row", "metric", "gold", "A", "B", "right");
            foreach (var document in Documents)
            {
                table.Add(document.Task, Text(document.Row), document.Metric, Text(document.Gold), Text(document.A), Text(document.B), document.Right);
            }

            table.Write(writer);
        }

        var counts = new TextTable("task", "metric", "documents", "differ", "only A right", "only B right");
        foreach (var task in Tasks)
        {
            counts.Add(task.Task, task.Metric, Text(task.Documents), Text(task.Differ), Text(task.OnlyARight), Text(task.OnlyBRight));
        }

        counts.Write(writer);
    }

    private static Dictionary<(string, string, int), DocumentRecord> ByPlace(string path)
    {
        var records = new Dictionary<(string, string, int), DocumentRecord>();
        foreach (var record in DocumentRecords.Read(OfCell(path)))
        {
            if (!records.TryAdd((record.Task, record.Protocol, record.Row), record))
            {
                throw new InputException($"{path} holds {record.Task} row {record.Row} twice. Write it again with harness score --documents.");
            }
        }

        return records;
    }

    /// <summary>A grid's record stands for the documents that its run left in the cache.</summary>
    private static string OfCell(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder; a file of documents was expected. Write one with harness score --model {path} --tasks LIST --documents FILE.");
        }

        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        var documents = DocumentRecords.PathOf(CacheFolder.Default, RecordStore.ReadFile(path));
        return File.Exists(documents) ? documents : throw new InputException(
            $"The documents of {path} are not in the cache ({documents}): it was run elsewhere, or has no tasks with choices. Run its grid here, or score with --documents.");
    }

    private static IEnumerable<DocumentDifference> Decisions(DocumentRecord a, DocumentRecord b)
    {
        yield return new DocumentDifference(a.Task, a.Row, $"acc@{a.Protocol}", a.Gold, a.Pred, b.Pred);
        if (a.PredNorm is { } first && b.PredNorm is { } second)
        {
            yield return new DocumentDifference(a.Task, a.Row, $"acc_norm@{a.Protocol}", a.Gold, first, second);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How often two models differ on one task.</summary>
/// <param name="Documents">That both have decided.</param>
internal sealed record TaskDifference(string Task, string Metric, int Documents, int Differ, int OnlyARight, int OnlyBRight);

/// <summary>What two models make of one document.</summary>
/// <param name="Row">In the data file, counted from 0.</param>
internal sealed record DocumentDifference(string Task, int Row, string Metric, int Gold, int A, int B)
{
    /// <summary>Whose answer is right: A, B or neither's.</summary>
    [JsonIgnore]
    public string Right => A == Gold ? "A" : B == Gold ? "B" : "—";
}
