using Harness.Data.Training;
using Harness.Models;
using Harness.Models.Backward;

namespace Harness.LoraFinetune.Training;

/// <summary>The loss on rows that are not trained on, nothing recorded.</summary>
public static class HeldOutLoss
{
    /// <summary>Mean over all predicted tokens, in nats.</summary>
    /// <param name="progress">Hears of every portion.</param>
    public static double Of(CausalLM model, TrainingSet set, IProgress<TrainingProgress>? progress = null)
    {
        using var _ = no_grad();
        var (sum, targets) = (0.0, 0L);
        foreach (var portion in Portion.Of(set, [.. Enumerable.Range(0, set.Rows)], Trainer.TokensAtOnce, 0, model.Device))
        {
            using (portion)
            {
                sum += Of(model, portion);
                targets += portion.Targets.numel();
                progress?.Report(new TrainingProgress(null, (int)portion.Ids.shape[0], portion.Ids.numel()));
            }
        }

        return sum / targets;
    }

    private static double Of(CausalLM model, Portion portion)
    {
        using var scope = NewDisposeScope();
        var states = model.Embed(portion.Ids);
        foreach (var block in model.Blocks())
        {
            using var read = states;
            states = block.Forward(read);
        }

        using var head = model.Head();
        return NextTokenLoss.Sum(head, states.flatten(0, 1), portion.Positions, portion.Targets);
    }
}
