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
    /// <summary>Values stand as <c>"model": { "dense": 5.47, "wanda": { "0.5": 6.92 } }</c>.</summary>
    internal static PublishedTable Read(StrictObject given, Problems problems)
    {
        var table = new PublishedTable(
            given.Text("source", "Say who published the values.") ?? "",
            given.Text("protocol", "Say how they were made: window, calibration, dtype.") ?? "",
            given.Text("task", "Name the task.") ?? "",
            given.Text("metric", "Name the metric, such as \"ppl.token@2048\".") ?? "",
            given.Object("tolerance") is { } tolerance ? Tolerance.Read(tolerance) : null,
            given.Object("values", "Give the values by model, method and sparsity.") is { } values ? [.. ByModel(values, problems)] : []);
        given.Close();
        return table;
    }

    private static IEnumerable<PublishedValue> ByModel(StrictObject values, Problems problems) =>
        from model in values.Keys
        let methods = values.Object(model)
        where methods is not null
        from value in ByMethod(model, methods, problems)
        select value;

    private static IEnumerable<PublishedValue> ByMethod(string model, StrictObject methods, Problems problems)
    {
        foreach (var method in methods.Keys)
        {
            if (method == Method.Dense.Name)
            {
                if (methods.Number(method) is { } dense)
                {
                    yield return new PublishedValue(model, method, Sparsity.Dense, dense);
                }
            }
            else if (methods.Object(method) is { } sparsities)
            {
                foreach (var text in sparsities.Keys)
                {
                    if (sparsities.Number(text) is { } value && problems.Try(sparsities.PathOf(text), () => (Sparsity?)Sparsity.Parse(text)) is { } sparsity)
                    {
                        yield return new PublishedValue(model, method, sparsity, value);
                    }
                }
            }
        }
    }
}

/// <summary>One number; <paramref name="Method"/> is a grid row's label or the method with its options.</summary>
public sealed record PublishedValue(string Model, string Method, Sparsity Sparsity, double Value);
