using Harness.Prune.Calibration;

namespace Harness.Prune.Tests.Calibration;

public sealed class InputStatisticsTests
{
    [Fact]
    public void Sums_are_divided_by_sequences_not_by_tokens()
    {
        using var scope = NewDisposeScope();
        using var statistics = new InputStatistics(2, StatisticKinds.ColumnSquares | StatisticKinds.Gram, CPU);

        statistics.Add(tensor(new float[,] { { 1, 2 }, { 3, 4 } }).view(1, 2, 2));
        statistics.Add(tensor(new float[,] { { 5, 0 }, { 0, 6 } }).view(1, 2, 2));

        statistics.MeanColumnSquares().data<float>().ToArray().ShouldBe([(1 + 9 + 25) / 2f, (4 + 16 + 36) / 2f]);
        statistics.Hessian().data<double>().ToArray().ShouldBe([35, 14, 14, 56]);
    }

    [Fact]
    public void Batching_does_not_change_the_sums()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var x = randn([8, 16, 24]);
        using var whole = new InputStatistics(24, StatisticKinds.ColumnSquares | StatisticKinds.Gram, CPU);
        using var parts = new InputStatistics(24, StatisticKinds.ColumnSquares | StatisticKinds.Gram, CPU);

        whole.Add(x);
        foreach (var part in x.split(3))
        {
            parts.Add(part);
        }

        equal(whole.MeanColumnSquares(), parts.MeanColumnSquares()).ShouldBeTrue();
        allclose(whole.Hessian(), parts.Hessian(), 1e-14).ShouldBeTrue();
    }

    [Fact]
    public void Factor_is_the_upper_Cholesky_factor_of_the_damped_inverse()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var statistics = new InputStatistics(12, StatisticKinds.Gram, CPU);
        statistics.Add(randn([4, 32, 12]));

        var h = statistics.Hessian();
        var damped = h + eye(12, float64) * (h.diagonal().mean().item<double>() * 0.01);
        var u = statistics.Factor().U.to(float64);

        allclose(u.t().mm(u), linalg.inv(damped), 1e-5, 1e-7).ShouldBeTrue();
        statistics.Factor().DampingRaises.ShouldBe(0);
    }

    [Fact]
    public void Input_that_is_always_zero_is_dead()
    {
        using var scope = NewDisposeScope();
        using var statistics = new InputStatistics(3, StatisticKinds.Gram, CPU);
        var x = ones([1, 5, 3]);
        x.select(2, 1).zero_();
        statistics.Add(x);

        statistics.Factor().Dead.data<bool>().ToArray().ShouldBe([false, true, false]);
    }

    [Fact]
    public void Hessian_that_is_not_positive_definite_gets_more_damping_and_says_so()
    {
        using var scope = NewDisposeScope();
        using var indefinite = new InputStatistics(2, StatisticKinds.Gram, CPU);
        indefinite.AddGram(tensor([1.0, 1.5, 1.5, 1.0]).view(2, 2));

        indefinite.Factor().DampingRaises.ShouldBe(2);
    }

    [Fact]
    public void Hessian_that_no_damping_helps_is_refused()
    {
        using var scope = NewDisposeScope();
        using var hopeless = new InputStatistics(2, StatisticKinds.Gram, CPU);
        hopeless.AddGram(tensor([1.0, 500.0, 500.0, 1.0]).view(2, 2));

        Should.Throw<InputException>(() => hopeless.Factor()).Message.ShouldBe(
            "The Hessian is not positive-definite even with a damping of 100 of its mean diagonal. Use more calibration samples.");
    }
}
