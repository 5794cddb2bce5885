namespace Harness;

/// <summary>Helps with names that a user mistyped.</summary>
public static class Names
{
    /// <summary>"Unknown method 'wnda'. Did you mean 'wanda'? Known: magnitude, sparsegpt, wanda."</summary>
    public static InputException Unknown(string kind, string given, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToArray();
        var nearest = Nearest(given, names);
        var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        return new InputException($"Unknown {kind} '{given}'.{hint} Known: {string.Join(", ", names)}.");
    }

    /// <summary>The known name at the smallest edit distance, or null when none is near.</summary>
    public static string? Nearest(string given, IEnumerable<string> known)
    {
        var (best, distance) = known
            .Select(name => (name, distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault((name: "", distance: int.MaxValue));
        return distance <= Math.Max(2, given.Length / 3) ? best : null;
    }

    /// <summary>Levenshtein distance over UTF-16 units.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
