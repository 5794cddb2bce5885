using System.Diagnostics;

namespace Harness;

/// <summary>Seconds by stage of one run.</summary>
public sealed class StageClock
{
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>What each stage has taken so far.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>Runs a piece of work and adds its time to a stage.</summary>
    public T Time<T>(string stage, Func<T> work) => TimeShared([this], stage, work);

    /// <summary>The same for work that several runs share: each bears an equal part.</summary>
    public static T TimeShared<T>(IReadOnlyCollection<StageClock> clocks, string stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            var part = Stopwatch.GetElapsedTime(start).TotalSeconds / clocks.Count;
            foreach (var clock in clocks)
            {
                clock.Add(stage, part);
            }
        }
    }

    /// <summary>Adds time that was measured elsewhere.</summary>
    public void Add(string stage, double seconds) => _seconds[stage] = _seconds.GetValueOrDefault(stage) + seconds;

    /// <inheritdoc cref="Time{T}"/>
    public void Time(string stage, Action work) => Time<object?>(stage, () =>
    {
        work();
        return null;
    });
}
