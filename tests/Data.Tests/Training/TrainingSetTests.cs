using Harness.Data.Training;

namespace Harness.Data.Tests.Training;

public sealed class TrainingSetTests
{
    private readonly TrainingSet _even = new([1, 2, 3, 4, 5, 6], 2);
    private readonly TrainingSet _ragged = new([1, 2, 3, 4, 5, 6], [new(0, 1), new(1, 3, 2), new(4, 2)]) { LeftOut = 4 };

    [Fact]
    public void Holds_out_the_last_rows()
    {
        var (training, held) = _even.HoldOut(1, "own.txt");
        training.Ids.ShouldBe([1, 2, 3, 4]);
        held.Ids.ShouldBe([5, 6]);
        (training.Length, held.Length).ShouldBe((2, 2));

        (training, held) = _ragged.HoldOut(2, "own.json");
        training.Ids.ShouldBe([1]);
        held.Ids.ShouldBe([2, 3, 4, 5, 6]);
        held.Row(0).ShouldBe(new TrainingRow(0, 3, 2));
        held.Of(1).ToArray().ShouldBe([5, 6]);
        (training.Length, held.Length, held.LeftOut).ShouldBe((1, 3, 4));
    }

    [Fact]
    public void Refuses_to_hold_out_everything() =>
        Should.Throw<InputException>(() => _even.HoldOut(3, "own.txt")).Message.ShouldBe(
            "own.txt gives 3 rows, and 3 of them would be held out to measure the loss on. Use a smaller --eval-samples or a longer text.");

    [Fact]
    public void Takes_the_first_rows()
    {
        _even.Take(2).Ids.ShouldBe([1, 2, 3, 4]);
        _even.Take(9).ShouldBeSameAs(_even);
        _ragged.Take(2).Ids.ShouldBe([1, 2, 3, 4]);
        _ragged.Take(2).Row(1).ShouldBe(new TrainingRow(1, 3, 2));
    }

    [Fact]
    public void Is_named_by_ids_and_by_where_rows_end()
    {
        _even.Hash.ShouldBe(ContentKey.OfIds([1, 2, 3, 4, 5, 6]));
        _ragged.Hash.ShouldBe(ContentKey.OfIds([1, 2, 3, 4, 5, 6, 1, 0, 3, 2, 2, 0]));
        new TrainingSet([1, 2, 3, 4, 5, 6], [new(0, 1), new(1, 3, 1), new(4, 2)]).Hash.ShouldNotBe(_ragged.Hash);
    }

    [Fact]
    public void Predicts_every_token_but_the_first_and_the_prompts()
    {
        _even.Row(2).ShouldBe(new TrainingRow(4, 2));
        (_even.Row(0).FirstTarget, _even.Row(0).Targets).ShouldBe((1, 1));
        (_ragged.Row(1).FirstTarget, _ragged.Row(1).Targets).ShouldBe((2, 1));
        _ragged.Row(0).Targets.ShouldBe(0);
    }
}
