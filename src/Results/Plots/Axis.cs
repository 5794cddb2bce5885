using System.Globalization;

namespace Harness.Results;

/// <summary>Where numbers lie along one side of a plot, in pixels.</summary>
internal sealed class Axis
{
    private readonly Func<double, double> _scale;
    private readonly double _low, _high, _from, _to;

    private Axis(Func<double, double> scale, double low, double high, double from, double to, IEnumerable<double> ticks)
    {
        (_scale, _low, _high, _from, _to) = (scale, scale(low), scale(high), from, to);
        Ticks = [.. ticks.Select(value => (At(value), Text(value)))];
    }

    /// <summary>Marked numbers: place and text.</summary>
    public IReadOnlyList<(double Place, string Text)> Ticks { get; }

    public double At(double value) => _from + (_scale(value) - _low) / (_high - _low) * (_to - _from);

    /// <summary>Over finite numbers, between the round ones around them.</summary>
    public static Axis Linear(IReadOnlyCollection<double> values, double from, double to)
    {
        var (min, max) = (values.Min(), values.Max());
        var step = Step((max > min ? max - min : Math.Max(Math.Abs(max), 1)) / 5);
        var (first, last) = (Math.Floor(min / step), Math.Ceiling(max / step));
        last = Math.Max(last, first + 1);
        return new Axis(value => value, first * step, last * step, from, to, Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step));
    }

    /// <summary>Over numbers of which each is marked, with nothing beyond the outermost.</summary>
    public static Axis Marked(IReadOnlyCollection<double> values, double from, double to) =>
        new(value => value, values.Min(), values.Max(), from, to, values);

    /// <summary>Over finite numbers above 0, marked at powers of ten; at 2 and 5 times those too where there are few.</summary>
    public static Axis Log(IReadOnlyCollection<double> values, double from, double to)
    {
        const double Room = 1.1;
        var (low, high) = (values.Min() / Room, values.Max() * Room);
        int[] factors = high / low > 200 ? [1] : [1, 2, 5];
        var ticks = Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)) - (int)Math.Floor(Math.Log10(low)) + 1)
            .SelectMany(power => factors.Select(factor => factor * Math.Pow(10, power)))
            .Where(value => value >= low && value <= high);
        return new Axis(Math.Log10, low, high, from, to, ticks);
    }

    /// <summary>The round number next above: 1, 2 or 5 times a power of ten.</summary>
    private static double Step(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * (atLeast / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }

    private static string Text(double value) => Math.Abs(value) >= 1000
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);
}
