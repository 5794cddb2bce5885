namespace Harness.LoraFinetune.Training;

/// <summary>What was seen on the way, step by step.</summary>
public sealed class TrainingCurve
{
    /// <summary>Mean of the losses of a step's batches before the step, in nats per token.</summary>
    public List<double> Loss { get; init; } = [];

    /// <summary>Norm of the gradients before they are scaled down.</summary>
    public List<double> GradNorm { get; init; } = [];

    public List<double> LearningRate { get; init; } = [];

    /// <summary>Before the first step; null where nothing was measured.</summary>
    public double? EvalLossBefore { get; set; }

    /// <summary>After the last step.</summary>
    public double? EvalLossAfter { get; set; }

    /// <summary>In between: after so many steps.</summary>
    public List<EvalLoss> Evaluations { get; init; } = [];
}

/// <summary>A loss on rows that are not trained on.</summary>
/// <param name="Step">Steps taken until then.</param>
public sealed record EvalLoss(int Step, double Loss);
