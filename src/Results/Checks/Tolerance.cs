using System.Globalization;

namespace Harness.Results;

/// <summary>How far a number may lie from the one it is compared with: within either bound is near enough.</summary>
/// <param name="Relative">A share of the expected number: 0.02 is two per cent.</param>
/// <param name="Absolute">In the number's own unit.</param>
public sealed record Tolerance(double Relative, double Absolute)
{
    /// <summary>Nothing but the very number.</summary>
    public static Tolerance Exact { get; } = new(0, 0);

    /// <summary>Whether <paramref name="actual"/> is near enough. Two NaNs agree, and so do equal infinities.</summary>
    public bool Holds(double actual, double expected) =>
        actual.Equals(expected) || (double.IsFinite(expected) && Math.Abs(actual - expected) <= Math.Max(Relative * Math.Abs(expected), Absolute));

    public override string ToString() => Text("", 1);

    /// <summary>For a number of that metric: beside an accuracy, the absolute bound in points.</summary>
    public string ToString(string metric) => NumberText.IsAccuracy(metric) ? Text(" points", 100) : ToString();

    private string Text(string unit, double scale) => (Relative, Absolute) switch
    {
        (0, 0) => "exact",
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"±{Relative * 100:0.####} %"),
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"±{Absolute * scale:0.##########}{unit}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"±{Relative * 100:0.####} % or ±{Absolute * scale:0.##########}{unit}"),
    };

    /// <summary>Reads <c>{ "relative": 0.02, "absolute": 0.1 }</c>, either or both.</summary>
    internal static Tolerance Read(StrictObject given)
    {
        var tolerance = new Tolerance(given.Number("relative") ?? 0, given.Number("absolute") ?? 0);
        given.Close();
        return tolerance;
    }
}
