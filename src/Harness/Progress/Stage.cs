using System.Diagnostics;

namespace Harness.Cli.Progress;

/// <summary>
/// A stage of work whose progress is shown, from the third second on, by a thread of its own: the work only says how far it is.
/// Where the program was asked to stop, saying so is also the place where the work ends.
/// </summary>
public sealed class Stage : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly CancellationToken _stop;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _display;
    private readonly long _start = Stopwatch.GetTimestamp();
    private double _done;

    internal Stage(string title, double total, string unit, Output output, CancellationToken stop)
    {
        (Title, Total, Unit, _stop) = (title, total, unit, stop);
        _display = new Thread(() => Show(output)) { IsBackground = true, Name = $"progress of {title}" };
        _display.Start();
    }

    /// <summary>What is being done.</summary>
    public string Title { get; }

    /// <summary>How many units there are.</summary>
    public double Total { get; }

    /// <summary>What is counted.</summary>
    public string Unit { get; }

    /// <summary>Units done so far.</summary>
    public double Done => Math.Min(Volatile.Read(ref _done), Total);

    /// <summary>Since the stage began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Says how far the work is.</summary>
    /// <exception cref="OperationCanceledException">The program was asked to stop.</exception>
    public void Report(double done)
    {
        _stop.ThrowIfCancellationRequested();
        Volatile.Write(ref _done, done);
    }

    /// <summary>Ends the stage and its display.</summary>
    public void Dispose()
    {
        _ended.Set();
        _display.Join();
        _ended.Dispose();
    }

    /// <summary>Waits that long, or less where the stage ends; false once it has ended.</summary>
    internal bool Wait(TimeSpan time) => !_ended.Wait(time);

    private void Show(Output output)
    {
        if (!Wait(Quiet))
        {
            return;
        }

        if (output.IsLive)
        {
            LiveBar.Show(this, output.Notes);
        }
        else
        {
            PlainLines.Show(this, output.Notes);
        }
    }
}
