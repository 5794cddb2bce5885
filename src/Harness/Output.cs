using System.Text;

namespace Harness.Cli;

/// <summary>Where a verb speaks: results alone go to standard output, everything else to standard error.</summary>
/// <param name="Results">Standard output.</param>
/// <param name="Notes">Standard error.</param>
/// <param name="IsLive">Whether standard error is a terminal that a bar can be drawn on.</param>
public sealed record Output(TextWriter Results, TextWriter Notes, bool IsLive = false) : IDisposable
{
    /// <summary>The console's streams in UTF-8; results are buffered.</summary>
    public static Output OfConsole()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Output(
            new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 16) { NewLine = "\n" },
            new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true, NewLine = "\n" },
            !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));
    }

    public void Dispose()
    {
        Results.Dispose();
        Notes.Dispose();
    }
}
