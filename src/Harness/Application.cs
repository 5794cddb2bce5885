using Harness.Cli.CommandLine;

namespace Harness.Cli;

/// <summary>The program without its process: arguments in, exit code out.</summary>
public static class Application
{
    /// <summary>Runs one command line. Every error ends here: one line on standard error and its exit code.</summary>
    public static int Run(IReadOnlyList<string> arguments, Session session)
    {
        try
        {
            return HarnessCommand.Invoke(arguments, session);
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            session.Results.Flush();
            session.Note($"harness: {failure.Text}");
            return failure.ExitCode;
        }
        finally
        {
            session.Results.Flush();
        }
    }
}
