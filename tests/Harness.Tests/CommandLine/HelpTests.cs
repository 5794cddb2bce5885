using System.CommandLine;

namespace Harness.Tests.CommandLine;

public class HelpTests
{
    private static readonly string[] Verbs =
    [
        "", "prune", "score", "finetune", "gradients", "grid", "grid run", "grid list", "grid check", "grid tables", "download", "samples", "samples make", "inspect", "inspect sparsity", "inspect tokens", "inspect text", "inspect calibration",
        "inspect rows", "inspect logits", "inspect tree", "inspect families", "cache", "cache list", "cache clear", "completion",
    ];

    [Fact]
    public void Shows_every_verb_with_an_example() => Snapshot.Match(string.Concat(Verbs.Select(Shown)), "txt");

    private static string Shown(string verb)
    {
        string[] words = [.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
        // the library names the program after its process
        var help = Program.Succeed(words).Replace($"  {RootCommand.ExecutableName} ", "  harness ");
        return $"$ harness {string.Join(' ', words)}\n\n{help}\n";
    }

    [Fact]
    public void Is_shown_where_no_verb_is_given() => Program.Succeed().ShouldBe(Program.Succeed("--help"));

    [Fact]
    public void Is_shown_whatever_else_is_wrong() => Program.Succeed("prune", "--modle", "x", "--help").ShouldBe(Program.Succeed("prune", "--help"));

    [Fact]
    public void Gives_the_version() => Program.Succeed("--version").ShouldMatch(@"^harness \d+\.\d+\.\d+\S*\n$");
}
