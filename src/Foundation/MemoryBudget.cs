using System.Globalization;
using System.Text.RegularExpressions;

namespace Harness;

/// <summary>How much memory the process may come to, which decides what is kept at hand and what is read or computed again.</summary>
/// <param name="Bytes">The most; null for what the machine, or the container, has free.</param>
public sealed partial record MemoryBudget(long? Bytes)
{
    // of what is free where nothing was said: others use this machine too
    private const double Share = 0.5;

    /// <summary>As much as there is.</summary>
    public static MemoryBudget OfMachine { get; } = new((long?)null);

    /// <summary>What may still be filled, 0 or more: asked for when it is about to be.</summary>
    public long Free => Bytes is { } most
        ? Math.Max(0, most - Environment.WorkingSet)
        : (long)((GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet) * Share);

    /// <summary>Reads <c>8GB</c>, <c>500 MB</c> or <c>8GiB</c>.</summary>
    /// <exception cref="InputException">It is none of that.</exception>
    public static MemoryBudget Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is not (> 0 and < 1e6 and var number))
        {
            throw new InputException($"--memory is '{text}'; a number with its unit was expected: 8GB, 500MB or 8GiB.");
        }

        var unit = match.Groups[2].Value.ToUpperInvariant() switch
        {
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            _ => 1L << 40,
        };
        return new MemoryBudget((long)(number * unit));
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)\s*([MGT]i?B)$", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
