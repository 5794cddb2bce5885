using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Harness.Cli.Verbs;
using Harness.Cli.Verbs.Cache;
using Harness.Cli.Verbs.Grid;
using Harness.Cli.Verbs.Inspect;
using Harness.Cli.Verbs.Samples;

namespace Harness.Cli.CommandLine;

/// <summary>The tree of verbs.</summary>
internal static class HarnessCommand
{
    /// <summary>Parses and runs one command line.</summary>
    /// <exception cref="InputException">It cannot be understood, or what it names cannot be used.</exception>
    public static int Invoke(IReadOnlyList<string> arguments, Session session)
    {
        // @ starts a file name here, not a response file
        var parsed = Create(session).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Action is ParseErrorAction)
        {
            throw Usage.Explain(parsed);
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = session.Output.Results,
            Error = session.Output.Notes,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Create(Session session)
    {
        var root = new RootCommand("Prunes language models, measures them, and prints the tables of the papers.")
        {
            new PruneVerb(session),
            new ScoreVerb(session),
            new FinetuneVerb(session),
            new GradientsVerb(session),
            new GridVerb(session),
            new DownloadVerb(session),
            new SamplesVerb(session),
            new InspectVerb(session),
            new CacheVerb(session),
            new CompletionVerb(session),
        };
        foreach (var option in root.Options)
        {
            option.Action = option switch
            {
                HelpOption => new HelpWithExamples(isAsked: true),
                VersionOption => new VersionLine(),
                _ => option.Action,
            };
        }

        root.Action = new HelpWithExamples(isAsked: false);
        return root;
    }
}
