using Harness.Data.Training;
using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Tests.Training;

public sealed class PortionTests
{
    private readonly TrainingSet _even = new([.. Enumerable.Range(10, 12)], 3);
    private readonly TrainingSet _ragged = new([.. Enumerable.Range(10, 12)], [new(0, 5, 2), new(5, 1), new(6, 4), new(10, 2, 1)]);

    [Fact]
    public void Predicts_every_next_token_of_even_rows() =>
        Texts(_even, [2, 0], 100, first: 8).ShouldBe(["8: 16 17 18 / 10 11 12: 0>17 1>18 3>11 4>12"]);

    [Fact]
    public void Pads_on_the_right_and_leaves_prompts_and_padding_unlearned() =>
        Texts(_ragged, [0, 1, 2, 3], 100, first: 0).ShouldBe(["0: 10 11 12 13 14 / 15 0 0 0 0 / 16 17 18 19 0 / 20 21 0 0 0: 1>12 2>13 3>14 10>17 11>18 12>19 15>21"]);

    [Theory]
    [InlineData(1, "0: 10 11 12: 0>11 1>12", "1: 13 14 15: 0>14 1>15", "2: 16 17 18: 0>17 1>18")]
    [InlineData(6, "0: 10 11 12 / 13 14 15: 0>11 1>12 3>14 4>15", "2: 16 17 18: 0>17 1>18")]
    [InlineData(8, "0: 10 11 12 / 13 14 15: 0>11 1>12 3>14 4>15", "2: 16 17 18: 0>17 1>18")]
    public void Cuts_a_batch_into_as_many_tokens_as_fit(int tokens, params string[] portions) => Texts(_even, [0, 1, 2], tokens, first: 0).ShouldBe(portions);

    [Fact]
    public void Counts_padding_when_it_cuts() =>
        Texts(_ragged, [1, 3, 2, 0], 8, first: 4).ShouldBe(["4: 15 0 / 20 21: 2>21", "6: 16 17 18 19: 0>17 1>18 2>19", "7: 10 11 12 13 14: 1>12 2>13 3>14"]);

    private static string[] Texts(TrainingSet set, int[] rows, int tokens, long first)
    {
        using var scope = NewDisposeScope();
        return [.. Portion.Of(set, rows, tokens, first, CPU).Select(Text)];
    }

    /// <summary>First sequence: ids by rows: position&gt;target.</summary>
    private static string Text(Portion portion)
    {
        using (portion)
        {
            var ids = portion.Ids.data<long>().ToArray().Chunk((int)portion.Ids.shape[1]).Select(row => string.Join(' ', row));
            var learned = portion.Positions.data<long>().ToArray().Zip(portion.Targets.data<long>().ToArray()).Select(pair => $"{pair.First}>{pair.Second}");
            return $"{portion.First}: {string.Join(" / ", ids)}: {string.Join(' ', learned)}";
        }
    }
}
