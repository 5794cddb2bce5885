using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.Models;

namespace Harness.LoraFinetune.Training;

/// <summary>What a training will need in memory at most, in bytes, and what it does without to get by.</summary>
/// <param name="Held">Frozen weights, converted to the type that is computed in.</param>
/// <param name="Trained">What is trained, its gradients and two moments.</param>
/// <param name="Graphs">What blocks keep of one portion for the way back: an upper bound.</param>
/// <param name="Holds">Whether frozen weights are converted once; else with every portion.</param>
/// <param name="KeepsGraphs">Whether all blocks keep theirs; else each is computed anew on the way back, and one at a time keeps its own.</param>
public sealed record TrainingMemory(long Held, long Trained, long Graphs, bool Holds, bool KeepsGraphs)
{
    /// <param name="checkpointing">Whether blocks are computed anew; null: where memory asks for it, and on a GPU, whose free memory is not known here.</param>
    public static TrainingMemory Of(CausalLM model, TrainedWeights weights, FinetuneRecipe recipe, TrainingSet rows, MemoryBudget budget, bool? checkpointing)
    {
        var isHost = model.Device.type == DeviceType.CPU;
        var free = budget.Free;
        var (held, graphs) = (HeldWeights.Bytes(model, weights), GraphBytes(model, recipe, rows));
        var holds = !isHost || held <= free;
        return new TrainingMemory(held, weights.Parameters * 4 * sizeof(float), graphs, holds, !(checkpointing ?? !(isHost && holds && held + graphs <= free)));
    }

    /// <summary>What every linear reads and makes of a portion, and what lies between.</summary>
    private static long GraphBytes(CausalLM model, FinetuneRecipe recipe, TrainingSet rows)
    {
        var tokens = Math.Max(rows.Length, Math.Min(Trainer.TokensAtOnce, recipe.Batch * rows.Length));
        return model.Linears.Sum(linear => linear.Linear.Rows + linear.Linear.Columns + model.Config.HiddenSize) * tokens * model.DType.ElementSize();
    }
}
