using Harness.Prune.Methods;

namespace Harness.Prune.Tests.Methods;

public sealed class ProgressiveScheduleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_the_authors_file()
    {
        var path = _folder.Write("schedule.csv", """
            iteration,dense,mid_2_4,topk,dense_to_2_4,mid_2_4_to_topk,epochs
            1,0.90,0.10,0.00,0.10,0.00,1
            2,0.80,0.10,0.10,0.10,0.10,1
            3,0.65,0.20,0.15,0.15,0.05,5
            4,0.50,0.30,0.20,0.15,0.05,5
            5,0.35,0.45,0.20,0.15,0.00,10

            """);
        ProgressiveSchedule.Read(path).Stages.ShouldBe(ProgressiveSchedule.Authors.Stages);
    }

    [Fact]
    public void Leaves_the_epochs_open_where_the_file_does_not_say_them() =>
        ProgressiveSchedule.Read(_folder.Write("schedule.csv", "iteration,dense,mid_2_4,topk\n1,0.9,0.1,0\n")).Stages.ShouldHaveSingleItem().Epochs.ShouldBeNull();

    [Theory]
    [InlineData("iteration,dense,mid_2_4,topk,epochs\n1,0.9,0.1,0,few\n", "{0}: 'few' is no number of epochs; a number above 0 was expected in the column epochs.")]
    [InlineData("", "{0} is no schedule: a first line with the columns iteration,dense,mid_2_4,topk and a line for each iteration were expected.")]
    [InlineData("iteration,dense,topk\n1,1,0\n", "{0} is no schedule: a first line with the columns iteration,dense,mid_2_4,topk and a line for each iteration were expected.")]
    [InlineData("iteration,dense,mid_2_4,topk\n2,1,0,0\n", "{0}: '2,1,0,0' is no iteration 1 of a schedule; iteration,dense,mid_2_4,topk were expected, counted from 1, the three shares from 0 on and 1 together.")]
    [InlineData("iteration,dense,mid_2_4,topk\n1,0.9,0.2,0\n", "{0}: '1,0.9,0.2,0' is no iteration 1 of a schedule; iteration,dense,mid_2_4,topk were expected, counted from 1, the three shares from 0 on and 1 together.")]
    [InlineData("iteration,dense,mid_2_4,topk\n1,most,0.1,0\n", "{0}: '1,most,0.1,0' is no iteration 1 of a schedule; iteration,dense,mid_2_4,topk were expected, counted from 1, the three shares from 0 on and 1 together.")]
    [InlineData("iteration,dense,mid_2_4,topk\n1,0.8,0.2,0\n2,0.9,0.1,0\n", "{0}: iteration 2 asks for more than iteration 1 leaves. Tiles only move down: dense cannot rise from one iteration to the next, nor topk fall.")]
    public void What_is_no_schedule_is_refused(string text, string sentence)
    {
        var path = _folder.Write("schedule.csv", text);
        Should.Throw<InputException>(() => ProgressiveSchedule.Read(path)).Message.ShouldBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, path));
    }

    [Fact]
    public void A_missing_file_is_refused() => Should.Throw<InputException>(() => ProgressiveSchedule.Read(_folder["absent.csv"])).Message.ShouldBe(
        $"{_folder["absent.csv"]} cannot be read for schedule: a CSV file with the columns iteration,dense,mid_2_4,topk was expected.");

    [Fact]
    public void An_iteration_beyond_the_schedule_is_refused() => Should.Throw<InputException>(() => ProgressiveSchedule.Authors[6]).Message.ShouldBe(
        "Iteration 6 is not in the authors' schedule, which has iterations 1 to 5. Give --iteration, or a longer --schedule.");
}
