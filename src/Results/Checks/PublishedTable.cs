namespace Harness.Results;

/// <summary>Values from one source under one protocol.</summary>
/// <param name="Source">Who published them, and where.</param>
/// <param name="Protocol">How they were made, in a few words.</param>
/// <param name="Task">What was evaluated.</param>
/// <param name="Metric">The metric, as ours are named.</param>
/// <param name="Tolerance">How near ours must be; null where the values are only printed.</param>
/// <param name="Values">The values.</param>
public sealed record PublishedTable(string Source, string Protocol, string Task, string Metric, Tolerance? Tolerance, IReadOnlyList<PublishedValue> Values)
{
    /// <summary>Whether the values are of models that the grid does not have: printed as a table of their own, never beside ours.</summary>
    public bool OfOtherModels { get; init; }

    /// <summary>Values stand as <c>"model": { "dense": 5.47, "wanda": { "0.5": 6.92 }, "wanda + lora": { "0.5": 6.5 } }</c>.</summary>
    internal static PublishedTable Read(StrictObject given, Problems problems)
    {
        var table = new PublishedTable(
            given.Text("source", "Say who published the values.") ?? "",
            given.Text("protocol", "Say how they were made: window, calibration, dtype.") ?? "",
            given.Text("task", "Name the task.") ?? "",
            given.Text("metric", "Name the metric, such as \"ppl.token@2048\".") ?? "",
            given.Object("tolerance") is { } tolerance ? Tolerance.Read(tolerance) : null,
            given.Object("values", "Give the values by model, method and sparsity.") is { } values ? [.. ByModel(values, problems)] : [])
        {
            OfOtherModels = given.Flag("otherModels") ?? false,
        };
        given.Close();
        return table;
    }

    private static IEnumerable<PublishedValue> ByModel(StrictObject values, Problems problems) =>
        from model in values.Keys
        let rows = values.Object(model)
        where rows is not null
        from value in ByRow(model, rows, problems)
        select value;

    private static IEnumerable<PublishedValue> ByRow(string model, StrictObject rows, Problems problems)
    {
        foreach (var row in rows.Keys)
        {
            if (row == Method.Dense.Name)
            {
                if (rows.Number(row) is { } dense)
                {
                    yield return new PublishedValue(model, row, Sparsity.Dense, dense);
                }
            }
            else if (rows.Object(row) is { } sparsities)
            {
                foreach (var text in sparsities.Keys)
                {
                    if (sparsities.Number(text) is { } value && problems.Try(sparsities.PathOf(text), () => (Sparsity?)Sparsity.Parse(text)) is { } sparsity)
                    {
                        yield return new PublishedValue(model, row, sparsity, value);
                    }
                }
            }
        }
    }
}

/// <summary>One number; <paramref name="Row"/> is a grid row's label, or the method with its options and behind a <c>+</c> the recovery with its own.</summary>
public sealed record PublishedValue(string Model, string Row, Sparsity Sparsity, double Value);
