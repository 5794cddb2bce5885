using Harness.Cli.Jobs;
using Harness.Data;
using Harness.Data.Corpora;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Models.Tokenizers;
using Harness.Results;
using Harness.ZeroShot;
using Harness.ZeroShot.Documents;
using Harness.ZeroShot.Tasks;

namespace Harness.Cli.Evaluations;

/// <summary>From a plan to what is measured; finds the data, reads nothing of them.</summary>
/// <param name="data">Where named data lie, or null.</param>
internal sealed class EvaluationMaterials(CausalLM model, Lazy<Tokenizer> tokenizer, DataRoot data)
{
    private readonly Lazy<ITextEncoder> _encoder = new(() => tokenizer.Value);

    /// <param name="shots">Few-shot examples in front of every document.</param>
    /// <param name="examples">A file to draw them from; null for the task's train split.</param>
    /// <exception cref="InputException">The data are not there, or the window is longer than the model's.</exception>
    public EvaluationMaterial Of(EvaluationPlan plan, int shots = 0, string? examples = null)
    {
        var length = plan.Length ?? (plan.Protocol is null ? CalibrationSource.DefaultLength(model.Config) : model.Config.MaxPositions);
        model.CheckWindow(length);
        if (plan.Protocol is null)
        {
            return new TextMaterial(plan.Task, NamedCorpus.ForEvaluation(plan.Task, data), length, plan.Limit, _encoder);
        }

        var task = ChoiceTasks.Named(plan.Task);
        var drawn = shots == 0 ? null : new FewShotExamples(shots, examples is null ? TaskFiles.Find(task, "train", data) : new TaskFiles(task, Path.GetFileName(examples), [examples]));
        return new ChoiceMaterial(TaskFiles.Find(task, task.Split, data), ZeroShotProtocol.Named(plan.Protocol), length, plan.Limit, tokenizer, drawn);
    }
}
