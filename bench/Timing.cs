using System.Diagnostics;

namespace Harness.Bench;

/// <summary>Seconds of the same work done again and again.</summary>
internal sealed class Timing
{
    private readonly List<double> _seconds = [];

    /// <summary>The quickest.</summary>
    public double Best => _seconds.Min();

    /// <summary>The middle one.</summary>
    public double Median => _seconds.Order().ElementAt(_seconds.Count / 2);

    /// <summary>The latest.</summary>
    public double Last => _seconds[^1];

    /// <summary>Forgets them.</summary>
    public void Clear() => _seconds.Clear();

    /// <summary>Does the work once to warm up and <paramref name="times"/> times with the watch running.</summary>
    public static Timing Of(int times, Action work)
    {
        var timing = new Timing();
        work();
        timing.Add(times, work);
        return timing;
    }

    /// <summary>Adds what was measured elsewhere.</summary>
    public void Add(double seconds) => _seconds.Add(seconds);

    /// <summary>As <see cref="Of"/>, to what was measured before.</summary>
    public void Add(int times, Action work)
    {
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }
}
