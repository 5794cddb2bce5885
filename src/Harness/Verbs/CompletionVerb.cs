using System.CommandLine;
using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs;

/// <summary>Scripts that let a shell complete verbs, options and their words by asking the program.</summary>
internal sealed class CompletionVerb : Verb
{
    private const string Bash = """
        _harness_complete() {
          local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _harness_complete harness ./harness
        """;

    private const string Zsh = """
        #compdef harness
        _harness_complete() {
          local -a words_found
          words_found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          [[ -n ${words_found[1]} ]] && compadd -- "${words_found[@]}" || _files
        }
        compdef _harness_complete harness ./harness
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal) { ["bash"] = Bash, ["zsh"] = Zsh };

    public CompletionVerb(Session session)
        : base("completion", "Prints a script that completes verbs and options in a shell.", "source <(harness completion bash)")
    {
        var shell = new Argument<string>("bash|zsh") { Description = "Which shell." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        Add(shell);
        SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(shell);
            session.Results.WriteLine(Scripts.TryGetValue(name, out var script) ? script : throw Names.Unknown("shell", name, Scripts.Keys));
        });
    }
}
