using System.Diagnostics;

namespace Harness.Prune;

/// <summary>Seconds by stage of a walk.</summary>
public sealed class StageClock
{
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>What each stage has taken so far.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>Runs a piece of work and adds its time to a stage.</summary>
    public T Time<T>(string stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            _seconds[stage] = _seconds.GetValueOrDefault(stage) + Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
