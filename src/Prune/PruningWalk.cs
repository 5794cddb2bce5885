using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>
/// Prunes a model for any number of runs in one pass over its blocks. For each block and run it yields the pruned block, in memory until the next is asked for:
/// the caller writes it, or sends its evaluation tokens through it.
/// </summary>
public sealed class PruningWalk(CausalLM model, IReadOnlyList<PruningRun> runs)
{
    /// <summary>All blocks from <paramref name="first"/> on; within a block, all runs that have not failed.</summary>
    public IEnumerable<(PruningRun Run, DecoderBlock Block)> Steps(int first = 0)
    {
        Prepare();
        foreach (var block in model.Blocks(first))
        {
            RefuseDamaged(block);
            // Runs that still read the same states share one calibration pass: all of them in the first block, and all that propagate dense.
            foreach (var sharing in runs.Where(run => run.Failure is null).GroupBy(run => run.Calibration).ToArray())
            {
                foreach (var step in Steps(block, sharing.Key, [.. sharing]))
                {
                    yield return step;
                }
            }
        }
    }

    /// <summary>Refuses recipes that do not go with the model, and finds the ratios of the layers where they differ.</summary>
    private void Prepare()
    {
        var measured = new Dictionary<(object? Measured, HiddenStates? Calibration), IReadOnlyList<double>>();
        foreach (var run in runs.Where(run => run.Recipe is not null))
        {
            var recipe = run.Recipe!;
            Attempt([run], () =>
            {
                recipe.Check(model);
                return recipe;
            });
            if (run.Failure is null && recipe.LayerRatios is { } ratios && run.LayerRatios is null)
            {
                run.Settle(Attempt([run], () => run.Clock.Time("ratios", () => ratios.Of(recipe.Sparsity.Ratio!.Value, Measure(ratios, run)))) ?? []);
            }
        }

        // What only the ratios had to see goes through no block.
        foreach (var run in runs.Where(run => run.Calibration is not null && run.Recipe!.Method.Needs == StatisticKinds.None))
        {
            var states = run.Calibration!;
            run.Calibration = null;
            if (!runs.Any(other => ReferenceEquals(other.Calibration, states)))
            {
                states.Dispose();
            }
        }

        // One dense pass for all rows and ratios that look at the same.
        IReadOnlyList<double> Measure(LayerRatios ratios, PruningRun run) =>
            measured.TryGetValue((ratios.Measured, run.Calibration), out var known) ? known : measured[(ratios.Measured, run.Calibration)] = ratios.Measure(model, run.Calibration);
    }

    private IEnumerable<(PruningRun Run, DecoderBlock Block)> Steps(DecoderBlock block, HiddenStates? states, IReadOnlyList<PruningRun> sharing)
    {
        var (statistics, dense) = Calibrate(block, states, sharing);
        using var routed = statistics.Routed;
        using var all = statistics.AllExperts;
        var going = sharing.Where(run => run.Failure is null).ToArray();
        foreach (var run in going)
        {
            using var pruned = run.Recipe is null ? null : Prune(block, run.Recipe.AllExperts ? all : routed, states, run);
            if (run.Failure is not null)
            {
                continue;
            }

            yield return (run, pruned ?? block);
            if (states is not null)
            {
                run.Calibration = IsLast(block) ? null
                    : run.Recipe!.Propagation == Propagation.Dense ? dense
                    : Attempt([run], () => run.Clock.Time("propagate", () => Propagate(states, pruned!, isLastReader: run == going[^1])));
            }
        }

        foreach (var failed in sharing.Where(run => run.Failure is not null))
        {
            failed.Calibration = null;
        }

        foreach (var left in new[] { states, dense }.Where(left => !sharing.Any(run => ReferenceEquals(run.Calibration, left))))
        {
            left?.Dispose();
        }
    }

    /// <summary>What nobody reads any more is overwritten, which saves room for a second set.</summary>
    private HiddenStates Propagate(HiddenStates states, DecoderBlock pruned, bool isLastReader)
    {
        var next = states;
        if (isLastReader)
        {
            states.Advance(pruned);
        }
        else
        {
            next = states.Through(pruned);
        }

        Accelerator.Wait(model.Device); // the stage ends when it is done
        return next;
    }

    private bool IsLast(DecoderBlock block) => block.Index == model.Config.Layers - 1;

    private (Statistics Statistics, HiddenStates? DenseOutput) Calibrate(DecoderBlock block, HiddenStates? states, IReadOnlyList<PruningRun> sharing)
    {
        if (states is null)
        {
            return (new Statistics(null, null), null);
        }

        HiddenStates? dense = null;
        var needsDense = !IsLast(block) && sharing.Any(run => run.Recipe!.Propagation == Propagation.Dense);
        var routed = Observe(block, [.. sharing.Where(run => !run.Recipe!.AllExperts)]);
        var all = Observe(block.ShowingExpertsAllTokens(), [.. sharing.Where(run => run.Recipe!.AllExperts)]);
        return (new Statistics(routed, all), dense);

        BlockStatistics? Observe(DecoderBlock shown, IReadOnlyList<PruningRun> runs)
        {
            var makesDense = needsDense && dense is null && runs.Count > 0;
            var made = Observed(runs, runs.Any(NeedsGram) && !runs.All(NeedsGram) ? [.. runs.Where(NeedsGram)] : runs);
            return made is null && runs.Any(run => run.Failure is null) ? Observed([.. runs.Where(run => run.Failure is null)], runs) : made;

            BlockStatistics? Observed(IReadOnlyList<PruningRun> going, IReadOnlyList<PruningRun> atStake)
            {
                var kinds = going.Where(run => !run.Recipe!.TrueSequential).Aggregate(StatisticKinds.None, (all, run) => all | run.Recipe!.Method.Needs);
                return kinds == StatisticKinds.None && !makesDense ? null
                    : Attempt(atStake, () => StageClock.TimeShared([.. going.Select(run => run.Clock)], "calibrate", () => makesDense
                        ? BlockStatistics.ObserveThrough(shown, states, kinds, model.Device, out dense)
                        : BlockStatistics.Observe(shown, states, kinds, model.Device)));
            }
        }
    }

    /// <summary>Gram matrices are by far the largest statistics: where memory ends, the runs that need them end first.</summary>
    private static bool NeedsGram(PruningRun run) => run.Recipe!.Method.Needs.HasFlag(StatisticKinds.Gram);

    /// <summary>Of one block, for the runs that calibrate experts on the tokens that go there, and for those that calibrate them on all.</summary>
    private sealed record Statistics(BlockStatistics? Routed, BlockStatistics? AllExperts);

    private DecoderBlock? Prune(DecoderBlock block, BlockStatistics? statistics, HiddenStates? states, PruningRun run) => Attempt([run], () => run.Clock.Time("prune", () =>
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weights = new Dictionary<string, Tensor>();
        var reports = new List<LinearReport>();
        foreach (var group in block.Groups)
        {
            // The statistics of one group behind the pruned groups before it: the block as it stands, its new weights still in this scope.
            using var behind = run.Recipe!.TrueSequential ? BlockStatistics.Observe(Shown(block.With(weights), run), states!, run.Recipe.Method.Needs, model.Device, group.Name) : null;
            foreach (var linear in group.Linears)
            {
                if (!Selects(block, linear, run))
                {
                    reports.Add(Report(block, linear, new PrunedWeight(linear.Weight)));
                    continue;
                }

                var input = (behind ?? statistics)?[group];
                var pruned = Prune(new PrunableLinear(block.Index, linear, input) { ModelFolder = model.Folder.Path }, run);
                weights[linear.Name] = pruned.Weight;
                reports.Add(Report(block, linear, pruned) with { Tokens = input?.Tokens });
            }
        }

        run.Record(reports);
        return block.With(weights.ToDictionary(weight => weight.Key, weight => weight.Value.DetachFromDisposeScope()));
    }), reason => $"Layer {block.Index}: {reason}");

    private static bool Selects(DecoderBlock block, Linear linear, PruningRun run) => !run.SparsityOf(block.Index).IsDense && run.Recipe!.Filter.Selects(linear.Parameter);

    private static DecoderBlock Shown(DecoderBlock block, PruningRun run) => run.Recipe!.AllExperts ? block.ShowingExpertsAllTokens() : block;

    private static PrunedWeight Prune(PrunableLinear linear, PruningRun run) => run.Recipe!.SplitFused && linear.Linear.Split is { } split
        ? FusedParts.Prune(linear, split, part => run.Recipe.Method.Prune(part, run.SparsityOf(linear.Layer)))
        : run.Recipe.Method.Prune(linear, run.SparsityOf(linear.Layer));

    /// <summary>Does a piece of work; what the input or the machine does not allow ends the runs it was for, and the others go on.</summary>
    private static T? Attempt<T>(IReadOnlyList<PruningRun> runs, Func<T> work, Func<string, string>? sentence = null)
        where T : class
    {
        try
        {
            return work();
        }
        catch (Exception e) when (PruningRun.IsOfOneRun(e))
        {
            foreach (var run in runs)
            {
                run.Fail(e is InputException && sentence is not null ? new InputException(sentence(e.Message), e) : e);
            }

            return null;
        }
    }

    /// <summary>Comes before any statistics: there, a damaged weight would look like a damaged activation.</summary>
    private void RefuseDamaged(DecoderBlock block)
    {
        if (block.Linears.FirstOrDefault(linear => !IsFinite(linear.Weight)) is not { } damaged)
        {
            return;
        }

        var reason = new InputException(
            $"{damaged.Parameter} holds NaN or infinity: layer {block.Index}, {damaged.Name} cannot be pruned. Is the checkpoint damaged?");
        foreach (var run in runs.Where(run => run.Recipe is not null))
        {
            run.Fail(reason);
        }
    }

    /// <summary>A sum is finite only where every term is: one pass, and nothing of the weight's size. Where it is not, it may have overflowed.</summary>
    private static bool IsFinite(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.sum().isfinite().item<bool>() || weight.isfinite().all().item<bool>();
    }

    private static LinearReport Report(DecoderBlock block, Linear linear, PrunedWeight pruned)
    {
        using var scope = NewDisposeScope();
        var elements = pruned.Weight.numel();
        return new LinearReport(block.Index, linear.Parameter, elements, elements - pruned.Weight.count_nonzero().item<long>(), pruned.Damping, pruned.Facts) { Tiers = pruned.Tiers };
    }
}
