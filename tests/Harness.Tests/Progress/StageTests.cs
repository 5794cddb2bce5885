using Harness.Cli;
using Harness.Cli.Progress;

namespace Harness.Tests.Progress;

public class StageTests
{
    [Theory]
    [InlineData(1234.5, "1234 tokens/s")]
    [InlineData(12.345, "12.3 tokens/s")]
    [InlineData(1.2345, "1.23 tokens/s")]
    [InlineData(0.5, "30.0 tokens/min")]
    [InlineData(0.001, "0.060 tokens/min")]
    public void Gives_rates_with_three_digits(double perSecond, string text) => StageText.Rate(perSecond, "tokens").ShouldBe(text);

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(65, "1:05")]
    [InlineData(3723, "1:02:03")]
    [InlineData(360000, "100:00:00")]
    public void Gives_times_as_a_clock(double seconds, string text) => StageText.Clock(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void Says_nothing_of_what_is_done_at_once()
    {
        var notes = new StringWriter();
        using (var stage = new Session(new Output(TextWriter.Null, notes)).Begin("prune", 10, "blocks"))
        {
            stage.Report(5);
        }

        notes.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Writes_lines_with_rate_and_time_left_where_there_is_no_terminal()
    {
        var notes = new StringWriter { NewLine = "\n" };
        using (var stage = new Session(new Output(TextWriter.Null, notes)).Begin("prune", 10, "blocks"))
        {
            stage.Report(5);
            Thread.Sleep(2500);
            stage.Report(7);
            Thread.Sleep(500);
        }

        var lines = notes.ToString().TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldMatch(@"^prune 50 % · 5/10 blocks · \d\.\d\d blocks/s · 0:0\d left$");
        lines[1].ShouldStartWith("prune 70 % · 7/10 blocks · ");
    }

    [Fact]
    public void Draws_a_bar_on_a_terminal()
    {
        var notes = new StringWriter();
        using (var stage = new Session(new Output(TextWriter.Null, notes, IsLive: true)).Begin("prune", 10, "blocks"))
        {
            stage.Report(5);
            Thread.Sleep(2500);
        }

        notes.ToString().ShouldContain("5/10 blocks");
        notes.ToString().ShouldContain("50%");
    }

    [Fact]
    public void Ends_the_work_when_the_program_was_asked_to_stop()
    {
        using var stop = new CancellationTokenSource();
        using var stage = new Session(new Output(TextWriter.Null, TextWriter.Null), stop.Token).Begin("prune", 10, "blocks");
        stage.Report(1);
        stop.Cancel();
        Should.Throw<OperationCanceledException>(() => stage.Report(2));
    }
}
