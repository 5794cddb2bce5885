using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class LossScaleTests
{
    private readonly LossScale _scale = new(float16);

    [Fact]
    public void Halves_at_an_overflow_and_leaves_the_step_out()
    {
        _scale.Value.ShouldBe(65536);
        _scale.Accept(isFinite: false).ShouldBeFalse();
        _scale.Value.ShouldBe(32768);
        _scale.MayOverflow.ShouldBeTrue();
        _scale.Accept(isFinite: true).ShouldBeTrue();
        (_scale.Value, _scale.GoodSteps).ShouldBe((32768, 1));
    }

    [Fact]
    public void Doubles_after_2000_good_steps_in_a_row()
    {
        Good(1999);
        _scale.Accept(isFinite: false);
        Good(1999);
        _scale.Value.ShouldBe(32768);
        Good(1);
        (_scale.Value, _scale.GoodSteps).ShouldBe((65536, 0));
        Good(2000);
        _scale.Value.ShouldBe(131072);
    }

    [Fact]
    public void Goes_on_where_it_was()
    {
        _scale.Resume(1024, 1999);
        Good(1);
        _scale.Value.ShouldBe(2048);
    }

    [Fact]
    public void Gives_up_only_when_there_is_nothing_left_to_halve()
    {
        for (var i = 0; i < 1000 && _scale.MayOverflow; i++)
        {
            _scale.Accept(isFinite: false);
        }

        _scale.MayOverflow.ShouldBeTrue();
        for (var i = 0; i < 200; i++)
        {
            _scale.Accept(isFinite: false);
        }

        _scale.MayOverflow.ShouldBeFalse();
    }

    [Fact]
    public void Stays_1_in_types_that_do_not_overflow()
    {
        foreach (var type in new[] { float32, bfloat16 })
        {
            var scale = new LossScale(type);
            (scale.Accept(isFinite: true), scale.Accept(isFinite: false), scale.Value, scale.MayOverflow).ShouldBe((true, false, 1.0, false));
        }
    }

    private void Good(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _scale.Accept(isFinite: true).ShouldBeTrue();
        }
    }
}
