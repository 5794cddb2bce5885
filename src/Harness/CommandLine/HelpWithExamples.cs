using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Harness.Cli.CommandLine;

/// <summary>The library's help at one width on every terminal, and the verb's examples.</summary>
/// <param name="isAsked">Asked for by --help, it takes precedence over whatever is wrong with the command line.</param>
internal sealed class HelpWithExamples(bool isAsked) : SynchronousCommandLineAction
{
    private const int Width = 120;

    private readonly HelpAction _help = new() { MaxWidth = Width };

    public override bool ClearsParseErrors => isAsked;

    public override int Invoke(ParseResult parsed)
    {
        _help.Invoke(parsed);
        if (parsed.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return 0;
    }
}
