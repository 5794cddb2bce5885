using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests.Training;

/// <summary>Numbers of the formulas in transformers' optimization.py: linear, cosine and constant with warm-up.</summary>
public sealed class LearningRateTests
{
    private static readonly int[] Steps = [0, 1, 4, 5, 6, 30, 59];

    [Theory]
    [InlineData(Schedule.Linear, 0.0, 0.0002, 0.0008, 0.001, 0.0009818181818181818, 0.0005454545454545455, 1.8181818181818182e-05)]
    [InlineData(Schedule.Cosine, 0.0, 0.0002, 0.0008, 0.001, 0.0009991845519630679, 0.0005711574191366427, 8.15448036932176e-07)]
    [InlineData(Schedule.Constant, 0.0, 0.0002, 0.0008, 0.001, 0.001, 0.001, 0.001)]
    public void Is_that_of_transformers(Schedule schedule, params double[] expected)
    {
        var rate = new LearningRate(0.001, 5, 60, schedule);

        foreach (var (step, value) in Steps.Zip(expected))
        {
            rate.At(step).ShouldBe(value, 1e-18);
        }
    }

    [Fact]
    public void Begins_at_the_peak_without_a_warm_up()
    {
        new LearningRate(0.5, 0, 3, Schedule.Linear).At(0).ShouldBe(0.5);
        new LearningRate(0.5, 0, 3, Schedule.Cosine).At(0).ShouldBe(0.5);
    }

    [Fact]
    public void Never_gets_there_when_the_warm_up_is_longer_than_the_training() => new LearningRate(1, 10, 4, Schedule.Linear).At(3).ShouldBe(0.3, 1e-15);

    [Theory]
    [InlineData(Schedule.Linear)]
    [InlineData(Schedule.Cosine)]
    public void Is_0_at_the_end(Schedule schedule) => new LearningRate(1, 2, 8, schedule).At(8).ShouldBe(0);
}
