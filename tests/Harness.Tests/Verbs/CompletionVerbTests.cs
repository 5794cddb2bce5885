namespace Harness.Tests.Verbs;

public class CompletionVerbTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public void Prints_a_script_that_asks_the_program(string shell) => Program.Succeed("completion", shell).ShouldContain("[suggest:");

    [Fact]
    public void Refuses_an_unknown_shell() => Program.Refuse("completion", "bsh").ShouldBe("Unknown shell 'bsh'. Did you mean 'bash'? Known: bash, zsh.");

    [Theory]
    [InlineData("harness pr", "prune")]
    [InlineData("harness prune --me", "--method")]
    [InlineData("harness prune --method sp", "sparsegpt")]
    [InlineData("harness inspect ro", "rows")]
    public void Completes_words(string line, string word) => Program.Succeed($"[suggest:{line.Length}]", line).TrimEnd('\n').Split('\n').ShouldContain(word);
}
