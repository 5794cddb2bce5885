using Harness.Data.Sampling;
using Harness.Models;
using Harness.Prune.Calibration;

namespace Harness.Prune.Tests.Calibration;

/// <summary>Calibration samples of several lengths.</summary>
public sealed class RaggedSamplesTests
{
    private const StatisticKinds Kinds = StatisticKinds.ColumnSquares | StatisticKinds.Gram | StatisticKinds.DecayingColumnSquares;

    private static readonly int[] Lengths = [5, 1, 12, 3];

    [Fact]
    public void Count_once_each_however_long()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(new TinyLlama().Write(folder["model"]));
        var set = CalibrationSet.Of([.. Enumerable.Range(0, Lengths.Sum()).Select(i => i * 7 % 256)], Lengths, []);
        using var ragged = HiddenStates.Embed(model, set);
        var alone = Enumerable.Range(0, set.Samples).Select(sample => HiddenStates.Embed(model, set.Sample(sample), Lengths[sample])).ToArray();

        ragged.Save(folder["states"]);
        using var loaded = HiddenStates.Load(folder["states"], model, ragged.Lengths.ShouldNotBeNull());
        foreach (var block in model.Blocks().Take(1))
        {
            using var statistics = BlockStatistics.Observe(block, loaded, Kinds, CPU);
            using var through = loaded.Through(block);
            through.Lengths.ShouldBe(Lengths);
            allclose(through.Values, cat([.. alone.Select(states => states.Through(block).Values)], 1), 1e-5, 1e-6).ShouldBeTrue();
            foreach (var group in block.Groups)
            {
                var each = alone.Select(states => BlockStatistics.Observe(block, states, Kinds, CPU)[group]).ToArray();
                statistics[group].Sequences.ShouldBe(4);
                statistics[group].Tokens.ShouldBe(21);
                allclose(statistics[group].MeanColumnSquares(), Mean(each.Select(one => one.MeanColumnSquares())), 1e-5).ShouldBeTrue();
                allclose(statistics[group].Hessian(), Mean(each.Select(one => one.Hessian())), 1e-5, 1e-7).ShouldBeTrue();
                // alone, a sequence is the first one, which weighs 2 and not 2 / k
                allclose(statistics[group].DecayingColumnSquares(), Mean(each.Select((one, k) => one.DecayingColumnSquares().div(k + 1))), 1e-5).ShouldBeTrue();
            }
        }
    }

    private static Tensor Mean(IEnumerable<Tensor> of) => of.Aggregate((sum, one) => sum.add(one)).div(Lengths.Length);
}
