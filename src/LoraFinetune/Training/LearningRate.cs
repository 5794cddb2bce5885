namespace Harness.LoraFinetune.Training;

/// <summary>How the learning rate goes after the warm-up.</summary>
public enum Schedule
{
    /// <summary>Down to 0 in a straight line.</summary>
    Linear,

    /// <summary>Down to 0 along half a cosine.</summary>
    Cosine,

    /// <summary>It stays.</summary>
    Constant,
}

/// <summary>The learning rate of each step, as transformers' schedules with warm-up: from 0 at step 0 up to the peak at step <paramref name="Warmup"/>, then by the schedule to 0 at <paramref name="Steps"/>.</summary>
public sealed record LearningRate(double Peak, int Warmup, int Steps, Schedule Schedule)
{
    /// <summary>At a step, counted from 0.</summary>
    public double At(int step)
    {
        if (step < Warmup)
        {
            return Peak * step / Math.Max(1, Warmup);
        }

        var left = Math.Max(0, (double)(Steps - step) / Math.Max(1, Steps - Warmup));
        return Schedule switch
        {
            Schedule.Linear => Peak * left,
            Schedule.Cosine => Peak * 0.5 * (1 + Math.Cos(Math.PI * (1 - left))),
            _ => Peak,
        };
    }
}
