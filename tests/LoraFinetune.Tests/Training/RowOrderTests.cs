using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class RowOrderTests
{
    [Fact]
    public void Takes_rows_as_they_are_epoch_after_epoch() => new RowOrder(3, seed: null).Take(1, 6).ShouldBe([1, 2, 0, 1, 2, 0]);

    [Fact]
    public void Shuffles_each_epoch_as_Python_does()
    {
        // random.Random(42 + epoch).shuffle(list(range(7)))
        new RowOrder(7, 42).Take(0, 21).ShouldBe([1, 3, 4, 2, 6, 0, 5, 5, 6, 4, 3, 1, 2, 0, 2, 1, 6, 0, 5, 4, 3]);
    }

    [Fact]
    public void Gives_the_same_from_any_place()
    {
        var whole = new RowOrder(5, 7).Take(0, 23);

        for (var first = 0; first < 20; first++)
        {
            new RowOrder(5, 7).Take(first, 3).ShouldBe(whole.Skip(first).Take(3));
        }
    }
}
