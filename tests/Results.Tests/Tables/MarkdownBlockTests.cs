namespace Harness.Results.Tests;

public class MarkdownBlockTests
{
    private const string Page = "# Page\n\n<!-- table: a -->\nold\n<!-- /table -->\n\ntext\n\n<!-- table: b -->\n<!-- /table -->\nend\n";

    [Fact]
    public void Replaces_what_stands_between_the_marks() =>
        MarkdownBlock.Replace(Page, "b", "| new |\n", "README.md")
            .ShouldBe("# Page\n\n<!-- table: a -->\nold\n<!-- /table -->\n\ntext\n\n<!-- table: b -->\n| new |\n<!-- /table -->\nend\n");

    [Fact]
    public void Changes_nothing_the_second_time()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("README.md");
        File.WriteAllText(file, Page);

        MarkdownBlock.IsCurrent(file, "a", "new").ShouldBeFalse();
        MarkdownBlock.Update(file, "a", "new").ShouldBeTrue();
        MarkdownBlock.Update(file, "a", "new").ShouldBeFalse();
        MarkdownBlock.IsCurrent(file, "a", "new").ShouldBeTrue();
    }

    [Fact]
    public void Names_the_blocks_of_a_page() => MarkdownBlock.Names(Page).ShouldBe(["a", "b"]);

    [Fact]
    public void Refuses_a_page_without_the_block() =>
        Should.Throw<InputException>(() => MarkdownBlock.Replace(Page, "c", "", "README.md")).Message
            .ShouldBe("README.md has no block 'c'. Write <!-- table: c --> and <!-- /table --> there, each on a line of its own.");

    [Theory]
    [InlineData("<!-- table: a -->\nold\n")]
    [InlineData("<!-- table: a -->\nold\n<!-- table: b -->\n<!-- /table -->\n")]
    public void Refuses_a_block_that_is_not_closed(string page) =>
        Should.Throw<InputException>(() => MarkdownBlock.Replace(page, "a", "", "README.md")).Message
            .ShouldBe("README.md does not close the block 'a'. Write <!-- /table --> on a line of its own below it.");
}
