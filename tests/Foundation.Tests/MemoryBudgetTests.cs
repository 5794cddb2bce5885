namespace Harness.Foundation.Tests;

public sealed class MemoryBudgetTests
{
    [Theory]
    [InlineData("8GB", 8_000_000_000)]
    [InlineData("500 mb", 500_000_000)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("2TB", 2_000_000_000_000)]
    public void Reads_a_number_with_its_unit(string text, long bytes) => MemoryBudget.Parse(text).Bytes.ShouldBe(bytes);

    [Theory]
    [InlineData("8")]
    [InlineData("GB")]
    [InlineData("0GB")]
    [InlineData("-1GB")]
    [InlineData("8 elephants")]
    public void Refuses_anything_else(string text) =>
        Should.Throw<InputException>(() => MemoryBudget.Parse(text)).Message.ShouldBe($"--memory is '{text}'; a number with its unit was expected: 8GB, 500MB or 8GiB.");

    [Fact]
    public void Leaves_what_the_process_has_not_filled_yet()
    {
        new MemoryBudget(1).Free.ShouldBe(0);
        new MemoryBudget(Environment.WorkingSet + (1L << 40)).Free.ShouldBeInRange((1L << 40) - (1L << 33), (1L << 40) + (1L << 33));
        MemoryBudget.OfMachine.Free.ShouldBeGreaterThan(0);
    }
}
