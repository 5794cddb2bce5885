using System.Globalization;

namespace Harness.Data.Hub;

/// <summary>How long to bear with a hub that does not answer well.</summary>
/// <param name="Attempts">Failures in a row without a byte gained, after which it is given up.</param>
/// <param name="First">Pause after the first of them; each further one is twice as long.</param>
/// <param name="Silence">No byte for so long is a failure.</param>
/// <param name="Note">Hears of every failure that is borne with.</param>
internal sealed record Patience(int Attempts, TimeSpan First, TimeSpan Silence, Action<string>? Note = null)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(15);

    public static Patience Usual { get; } = new(6, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Tries until it succeeds, fails for good or patience ends.</summary>
    /// <param name="what">For the sentence: what could not be fetched.</param>
    /// <param name="gained">Bytes so far; any more of them renew patience.</param>
    public async Task<T> Try<T>(string what, Func<Task<T>> attempt, Func<long> gained, CancellationToken stop)
    {
        var (failures, before) = (0, gained());
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (Exception e) when (!stop.IsCancellationRequested && IsTransient(e))
            {
                failures = gained() > before ? 1 : failures + 1;
                before = Math.Max(before, gained());
                var asked = (e as TransientException)?.RetryAfter ?? TimeSpan.Zero;
                if (failures >= Attempts || asked > LongestAsked)
                {
                    throw new InputException($"{what} could not be fetched: {Reason(e)}. Run the same command later; it goes on where it was.", e);
                }

                var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, First.Ticks << (failures - 1)));
                pause = asked > pause ? asked : pause;
                Note?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{what}: {Reason(e)}; trying again in {pause.TotalSeconds:0.#} s"));
                await Task.Delay(pause, stop).ConfigureAwait(false);
            }
        }
    }

    private static bool IsTransient(Exception e) => e is TransientException or HttpRequestException or IOException or OperationCanceledException;

    private string Reason(Exception e) => e switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"the hub was silent for {Silence.TotalSeconds:0.#} seconds"),
        _ => e.Message.TrimEnd('.'),
    };
}

/// <summary>A failure that another attempt may not meet.</summary>
internal sealed class TransientException(string message, TimeSpan retryAfter = default) : Exception(message)
{
    /// <summary>Not before that.</summary>
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>The file is no longer the one that was asked for.</summary>
internal sealed class ChangedException(string message) : Exception(message);
