using System.Text.Json;

namespace Harness.Results;

/// <summary>
/// Names a cell by everything that its numbers depend on: the content of model, tokenizer and data, the protocol, the versions of method and tasks.
/// A record under another key is stale and its cell is run again.
/// </summary>
public static class CellKey
{
    /// <summary>SHA-256 of the inputs as one JSON object, names in ordinal order; lower-case hex.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> inputs) =>
        ContentKey.OfText(JsonSerializer.Serialize(Sorted(inputs)));

    /// <summary>What makes two keys differ, one text per input: <c>wanda.version: 1 → 2</c>.</summary>
    public static IReadOnlyList<string> Changes(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(name => (name, was: before.GetValueOrDefault(name, "—"), now: after.GetValueOrDefault(name, "—")))
            .Where(input => input.was != input.now)
            .Select(input => $"{input.name}: {input.was} → {input.now}")];

    /// <summary>A name given twice is an <see cref="ArgumentException"/>.</summary>
    internal static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> inputs)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in inputs)
        {
            sorted.Add(name, text);
        }

        return sorted;
    }
}
