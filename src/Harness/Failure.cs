using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Harness.Cli;

/// <summary>What an exception means to the user: the text behind <c>harness: </c> and the exit code.</summary>
/// <param name="ExitCode">2: usage, input or the machine's limits; 130: stopped; 70: an error of ours.</param>
internal sealed partial record Failure(int ExitCode, string Text)
{
    private const int Input = 2;
    private const int Unexpected = 70;
    private const int Stopped = 130;
    private const int NoSpaceLeftOnDevice = 28;

    /// <summary>The one place where exceptions become sentences.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        InputException or DllNotFoundException => new(Input, exception.Message),
        OperationCanceledException => new(Stopped, "Stopped; nothing was left half-written."),
        _ when IsOutOfMemory(exception) => new(Input, $"Out of memory{Asked(exception.Message)}. Lower --samples, --limit or --length, or compute in --dtype bfloat16."),
        IOException when (exception.HResult & 0xFFFF) == NoSpaceLeftOnDevice => new(Input, "The disk is full; nothing was left half-written. Free some space."),
        UnauthorizedAccessException => new(Input, $"{exception.Message} Choose another path or change its permissions."),
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        _ => new(Unexpected, $"Unexpected {exception.GetType().Name}; please report it with what follows.\n{exception}"),
    };

    /// <summary>Whether the machine's or the device's memory was too small.</summary>
    public static bool IsOutOfMemory(Exception exception) => exception is OutOfMemoryException
        || (exception is ExternalException && MemoryMessage().IsMatch(exception.Message));

    private static string Asked(string message) => AskedBytes().Match(message) is { Success: true } match ? $" (asked for {match.Groups[1].Value})" : "";

    [GeneratedRegex("out of memory|not enough memory|can't allocate memory", RegexOptions.IgnoreCase)]
    private static partial Regex MemoryMessage();

    // libtorch: "you tried to allocate 123 bytes" on the CPU, "Tried to allocate 2.00 GiB" on CUDA
    [GeneratedRegex("tried to allocate ([0-9.]+ [a-z]+)", RegexOptions.IgnoreCase)]
    private static partial Regex AskedBytes();
}
