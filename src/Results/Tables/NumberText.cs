using System.Globalization;

namespace Harness.Results;

/// <summary>Numbers as the tables print them, the same on every machine.</summary>
internal static class NumberText
{
    /// <summary>A score: two decimals, from a thousand on two digits after the first and a power of ten (<c>1.56e3</c>), as the papers do.</summary>
    public static string Score(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        _ when Math.Round(value, 2) >= 1000 => value.ToString("0.00e0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>A number of that metric: an accuracy in per cent, anything else as it is.</summary>
    public static string Score(string metric, double value) => IsAccuracy(metric) ? Percent(value) : Score(value);

    /// <summary>How far a number of that metric is from an expected one: an accuracy in points.</summary>
    public static string Difference(string metric, double actual, double expected) =>
        IsAccuracy(metric) ? ((actual - expected) * 100).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : Difference(actual, expected);

    /// <summary>Whether a metric is a share of right answers.</summary>
    public static bool IsAccuracy(string metric) => metric.StartsWith("acc", StringComparison.Ordinal);

    /// <summary>A share as a percentage without the sign: <c>50.01</c>.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>How far a number is from an expected one: <c>+0.41 %</c>; <c>∞</c> or <c>NaN</c> where a share cannot tell.</summary>
    public static string Difference(double actual, double expected)
    {
        var percent = (actual - expected) / expected * 100;
        return double.IsFinite(percent) ? percent.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) + " %" : Score(Math.Abs(percent));
    }

    public static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / 1e6).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>The metric with the direction that is better: <c>ppl.token@1024 ↓</c>.</summary>
    public static string Heading(string task, string metric) => $"{task} {metric} {(metric.StartsWith("ppl.", StringComparison.Ordinal) ? '↓' : '↑')}";

    /// <summary>Enough of a hash to tell two apart.</summary>
    public static string Brief(string hash) => hash[..Math.Min(8, hash.Length)];
}
