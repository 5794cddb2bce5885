using System.Runtime.InteropServices;

namespace Harness.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: the work is asked to stop and to clear up after itself. Where one step takes longer than <see cref="Patience"/>, what is
/// half-written is removed here and the process ends at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int SignalBase = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, SignalBase + 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, SignalBase + 15)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of a process that such a signal ends; null while there was none.</summary>
    public int? Code { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        Code = code;
        if (_stop.IsCancellationRequested)
        {
            End(code);
        }

        _stop.Cancel();
        Task.Delay(Patience).ContinueWith(_ => End(code), TaskScheduler.Default);
    }

    private static void End(int code)
    {
        Durable.RemoveUnfinished();
        Environment.Exit(code);
    }
}
