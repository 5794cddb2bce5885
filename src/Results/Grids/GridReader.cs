using System.Text.Json;

namespace Harness.Results;

/// <summary>
/// Reads <c>grid.json</c> strictly: comments and trailing commas are fine; an unknown key or name, a wrong type, a duplicate, or a sparsity that a method
/// refuses is a problem, and all of them are told at once.
/// </summary>
internal sealed partial class GridReader(GridVocabulary words, Problems problems)
{
    public Grid Read(StrictObject root, string name)
    {
        var grid = new Grid
        {
            Name = name,
            Title = root.Text("title", "Give the table a headline.") ?? "",
            Models = Entries(root.List("models"), "model", Model, model => model),
            Methods = Entries(root.List("methods", "Give the rows, such as [\"dense\", \"wanda\"]."), "method", Row, row => row.Method),
            Sparsities = Entries(root.List("sparsities"), "sparsity", SparsityToPruneTo, sparsity => sparsity),
            Recoveries = root.Take("recoveries") is null ? [GridRecovery.None]
                : Entries(root.List("recoveries"), "recovery", HowToRecover, entry => entry.Recovery?.ToString() ?? Recovery.None),
            Calibration = Calibration(root.Object("calibration")),
            Propagate = Word(root, "propagate", "propagation", words.Propagations) ?? "sequential",
            Dtype = Word(root, "dtype", "dtype", words.Dtypes),
            Evaluations = Distinct(
                root.List("evaluations", "Give what to measure, such as [\"wikitext2\", \"c4\"].")
                    .SelectMany(entry => Evaluations(entry.Element, entry.Path).Select(plan => (plan, entry.Path))),
                "evaluation",
                plan => (plan.Task, plan.Protocol is null ? plan.Length : null, plan.Protocol)),
            Tolerance = root.Object("tolerance") is { } tolerance ? Tolerance.Read(tolerance) : Tolerance.Exact,
        };
        CheckTogether(grid, sparsitiesGiven: root.Take("sparsities") is not null);
        return grid;
    }

    private void CheckTogether(Grid grid, bool sparsitiesGiven)
    {
        var pruning = grid.Methods.Where(row => !row.Method.IsDense).ToList();
        if (pruning.Any(row => !row.HasOwnSparsity) && !sparsitiesGiven)
        {
            problems.Add("sparsities", "Missing. Give the columns, such as [\"0.5\", \"2:4\"].");
        }

        if (pruning.Count == 0 && grid.Recoveries.Any(entry => entry.Recovery is not null))
        {
            problems.Add("recoveries", "Only pruned models are recovered, and no method here prunes. List one, or leave \"recoveries\" out.");
        }

        CheckLabels("methods", "rows", grid.Methods.Select(row => row.Label));
        CheckLabels("recoveries", "recoveries", grid.Recoveries.Select(entry => entry.Label));

        var refusals = from row in pruning
                       from sparsity in grid.SparsitiesOf(row)
                       select words.Methods[row.Method.Name].Refusal?.Invoke(row.Method, sparsity);
        foreach (var refusal in refusals.OfType<string>().Distinct())
        {
            problems.Add("sparsities", refusal);
        }
    }

    private void CheckLabels(string path, string what, IEnumerable<string?> labels)
    {
        foreach (var label in labels.OfType<string>().GroupBy(label => label).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            problems.Add(path, $"Two {what} are labelled '{label}'. Give one another \"label\".");
        }
    }

    /// <summary>Reads each element, leaving out what cannot be read (it comes back as the type's default) and what was there before.</summary>
    private List<T> Entries<T>(
        IEnumerable<(JsonElement Element, string Path)> list,
        string kind,
        Func<JsonElement, string, T?> read,
        Func<T, object> identity)
    {
        IEnumerable<(T, string)> Read()
        {
            foreach (var (element, path) in list)
            {
                if (read(element, path) is { } entry && !entry.Equals(default(T)))
                {
                    yield return (entry, path);
                }
            }
        }

        return Distinct(Read(), kind, identity);
    }

    /// <summary>Leaves out what was there before.</summary>
    private List<T> Distinct<T>(IEnumerable<(T Entry, string Path)> list, string kind, Func<T, object> identity)
    {
        var entries = new List<T>();
        var seen = new HashSet<object>();
        foreach (var (entry, path) in list)
        {
            if (seen.Add(identity(entry)))
            {
                entries.Add(entry);
            }
            else
            {
                problems.Add(path, $"This {kind} is listed twice. Keep one.");
            }
        }

        return entries;
    }
}
