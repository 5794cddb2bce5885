namespace Harness.Tests.CommandLine;

public class UsageTests
{
    [Fact]
    public void Names_the_nearest_verb() =>
        Program.Refuse("prun").ShouldStartWith("Unknown verb 'prun'. Did you mean 'prune'? Known: cache, completion, ");

    [Fact]
    public void Names_the_nearest_verb_of_a_group() => Program.Refuse("inspect", "sparsty", "--model", "x").ShouldBe(
        "Unknown verb 'sparsty'. Did you mean 'sparsity'? Known: calibration, families, logits, rows, sparsity, text, tokens, tree.");

    [Fact]
    public void Names_the_nearest_option() => Program.Refuse("score", "--modle", "x").ShouldBe(
        "Unknown option '--modle'. Did you mean '--model'? "
        + "Known: --adapter, --compare, --data, --device, --documents, --dtype, --fewshot, --fewshot-file, --help, --json, --length, --limit, --memory, --model, --protocol, --tasks, --threads.");

    [Fact]
    public void Names_the_option_of_an_equals_sign() =>
        Program.Refuse("inspect", "rows", "--fiel=x").ShouldBe("Unknown option '--fiel'. Did you mean '--file'? Known: --file, --help, --limit.");

    [Fact]
    public void Lists_what_is_missing() => Program.Refuse("prune", "--method", "wanda").ShouldBe(
        "harness prune needs --model DIR|ORG/NAME and --out DIR. See harness prune --help.");

    [Fact]
    public void Says_that_a_value_is_missing() => Program.Refuse("score", "--tasks", "c4", "--model").ShouldBe("--model needs a value: --model DIR|ORG/NAME.");

    [Fact]
    public void Refuses_an_option_given_twice() =>
        Program.Refuse("score", "--tasks", "c4", "--model", "x", "--model", "y").ShouldBe("--model is given 2 times; give it once.");

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("-3")]
    [InlineData("1.5")]
    public void Refuses_what_is_no_count(string count) => Program.Refuse("score", "--model", "x", "--tasks", "c4", "--length", count)
        .ShouldBe($"--length is '{count}'; a whole number from 1 on was expected.");

    [Fact]
    public void Refuses_what_is_no_seed() => Program.Refuse("inspect", "calibration", "--model", "x", "--seed", "1e3")
        .ShouldBe("--seed is '1e3'; a whole number was expected.");

    [Fact]
    public void Refuses_an_empty_value() =>
        Program.Refuse("prune", "--model", "x", "--method", "wanda", "--sparsity", "0.5", "--out", "").ShouldBe("--out is empty; DIR was expected.");

    [Fact]
    public void Refuses_a_folder_where_a_file_is_to_be_written()
    {
        using var folder = new TemporaryFolder();
        Program.Refuse("score", "--model", "x", "--tasks", "c4", "--json", folder.Path).ShouldBe($"--json is the folder {folder.Path}; the name of a file was expected.");
    }

    [Fact]
    public void Refuses_words_between_options() =>
        Program.Refuse("inspect", "rows", "train.parquet").ShouldBe("'train.parquet' belongs to no option of harness inspect rows. See harness inspect rows --help.");
}
